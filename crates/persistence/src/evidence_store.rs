//! The evidence store: bytes under their hash, in a folder or an S3 bucket.
//! Must not know whose bytes they are, and removes none by itself; the only room that names `object_store`.
//! Which bytes are claimed and whose they are is `evidence`.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek},
    path::{Path as FilePath, PathBuf},
    str::FromStr,
    sync::{Arc, OnceLock},
};

use futures_util::{Stream, TryStreamExt};
use object_store::{
    Error as ObjectError, ObjectStore, ObjectStoreExt, PutPayload,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};

/// Bytes are sent in pieces of this size: the least that S3 takes.
const PART: usize = 5 * 1024 * 1024;

/// Where the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
    Folder(PathBuf),
    S3 { bucket: String, prefix: String },
}

/// Why an address of a store is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("evidence_store: {0:?} is neither file:FOLDER nor s3://BUCKET/PREFIX")]
pub struct BadStoreUrl(String);

impl FromStr for StoreUrl {
    type Err = BadStoreUrl;

    fn from_str(text: &str) -> Result<Self, BadStoreUrl> {
        let bad = || BadStoreUrl(text.to_owned());
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return if folder.is_empty() { Err(bad()) } else { Ok(Self::Folder(folder.into())) };
        }
        let rest = text.strip_prefix("s3://").ok_or_else(bad)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        // Credentials come from the environment; an address is shown.
        let fine = !bucket.is_empty() && bucket.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        if fine { Ok(Self::S3 { bucket: bucket.into(), prefix: prefix.trim_matches('/').into() }) } else { Err(bad()) }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "file:{}", folder.display()),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// What went wrong with the store; never shown to a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the evidence store: {0}")]
    Object(#[from] ObjectError),
    #[error("the evidence store: {0}")]
    Io(#[from] io::Error),
    #[error("the evidence store did not answer in time")]
    Late,
}

/// A store, cheap to clone. It is opened at its first use, so that commands without files leave none.
#[derive(Clone)]
pub struct EvidenceStore(Arc<Inner>);

struct Inner {
    url: StoreUrl,
    /// The `AWS_…` variables of the environment.
    settings: Vec<(String, String)>,
    opened: OnceLock<Opened>,
}

struct Opened {
    objects: Box<dyn ObjectStore>,
    /// Where the store is a folder.
    folder: Option<PathBuf>,
}

impl EvidenceStore {
    /// The store at an address. `settings` are the `AWS_…` variables of the environment.
    pub fn new(url: StoreUrl, settings: Vec<(String, String)>) -> Self {
        Self(Arc::new(Inner { url, settings, opened: OnceLock::new() }))
    }

    /// A store that is gone with its last clone.
    #[cfg(feature = "testing")]
    pub fn in_memory() -> Self {
        let store = Self::new(StoreUrl::Folder(PathBuf::new()), Vec::new());
        let objects = Box::new(object_store::memory::InMemory::new());
        drop(store.0.opened.set(Opened { objects, folder: None }));
        store
    }

    /// Opens the store; a folder is made where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be used or the settings of the bucket are incomplete. Whether a bucket answers shows at its use.
    pub fn open(&self) -> Result<(), StoreError> {
        self.opened().map(|_| ())
    }

    fn opened(&self) -> Result<&Opened, StoreError> {
        if let Some(opened) = self.0.opened.get() {
            return Ok(opened);
        }
        let opened = match &self.0.url {
            StoreUrl::Folder(folder) => {
                make_private(folder)?;
                let folder = folder.canonicalize()?;
                // What was acknowledged survives a power cut, as it does in the database.
                let objects = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
                Opened { objects: Box::new(objects), folder: Some(folder) }
            }
            StoreUrl::S3 { bucket, prefix } => {
                // The TLS library wants to be told once which cryptography to use; somebody may have done so.
                drop(rustls::crypto::ring::default_provider().install_default());
                let key = |name: &str| name.to_lowercase().parse::<AmazonS3ConfigKey>().ok();
                let known = self.0.settings.iter().filter_map(|(name, value)| Some((key(name)?, value)));
                let builder = known.fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value));
                let objects = builder.with_bucket_name(bucket).build()?;
                Opened { objects: Box::new(PrefixStore::new(objects, prefix.as_str())), folder: None }
            }
        };
        Ok(self.0.opened.get_or_init(|| opened))
    }

    /// A file without a name, for bytes that are still arriving: when its holder dies in whatever way, it is gone.
    ///
    /// # Errors
    /// When the disk does not let.
    pub fn staging(&self) -> Result<File, StoreError> {
        Ok(match &self.opened()?.folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        })
    }

    /// Stores the bytes of a file under their hash, unless they are there. Half of them are never seen.
    ///
    /// # Errors
    /// When the store fails; then nothing is seen of them.
    pub async fn put(&self, sha256: &str, mut file: File, size: u64) -> Result<(), StoreError> {
        let (path, objects) = (path(sha256), &self.opened()?.objects);
        match objects.head(&path).await {
            Ok(found) if found.size == size => return Ok(()),
            Ok(_) | Err(ObjectError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        file.rewind()?;
        let (mut file, mut part) = read_part(file).await?;
        if part.len() < PART {
            objects.put(&path, PutPayload::from(part)).await?;
            return Ok(());
        }
        let mut upload = objects.put_multipart(&path).await?;
        while !part.is_empty() {
            if let Err(error) = upload.put_part(PutPayload::from(part)).await {
                return Err(aborted(upload, error).await);
            }
            (file, part) = match read_part(file).await {
                Ok(read) => read,
                Err(error) => return Err(aborted(upload, error).await),
            };
        }
        match upload.complete().await {
            Ok(_) => Ok(()),
            Err(error) => Err(aborted(upload, error).await),
        }
    }

    /// The bytes of a hash, piece by piece.
    ///
    /// # Errors
    /// When the store fails, or has no such bytes.
    pub async fn get(&self, sha256: &str) -> Result<impl Stream<Item = Result<Vec<u8>, StoreError>> + 'static, StoreError> {
        let found = self.opened()?.objects.get(&path(sha256)).await?;
        Ok(found.into_stream().map_ok(Vec::from).map_err(StoreError::from))
    }

    /// Removes the bytes of a hash, and what a process that died while it stored them left beside; nothing is missing when there
    /// is nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove(&self, sha256: &str) -> Result<(), StoreError> {
        let opened = self.opened()?;
        match opened.objects.delete(&path(sha256)).await {
            Ok(()) | Err(ObjectError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        // A bucket drops unfinished uploads by its own rule for them.
        let Some(folder) = &opened.folder else { return Ok(()) };
        let (beside, begins) = (folder.join(&sha256[..2.min(sha256.len())]), format!("{sha256}#"));
        tokio::task::spawn_blocking(move || remove_beginning(&beside, &begins)).await.map_err(io::Error::other)??;
        Ok(())
    }
}

async fn aborted(mut upload: Box<dyn object_store::MultipartUpload>, cause: impl Into<StoreError>) -> StoreError {
    if let Err(error) = upload.abort().await {
        tracing::warn!(%error, "an upload to the evidence store was not ended");
    }
    cause.into()
}

/// Where the bytes of a hash are: spread over folders, so that none has too many.
fn path(sha256: &str) -> Path {
    Path::from(format!("{}/{sha256}", &sha256[..2.min(sha256.len())]))
}

async fn read_part(mut file: File) -> Result<(File, Vec<u8>), StoreError> {
    let read = move || -> io::Result<_> {
        let mut part = Vec::with_capacity(PART);
        Read::by_ref(&mut file).take(PART as u64).read_to_end(&mut part)?;
        Ok((file, part))
    };
    Ok(tokio::task::spawn_blocking(read).await.map_err(io::Error::other)??)
}

fn remove_beginning(folder: &FilePath, begins: &str) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(begins)) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes a folder that only its owner reads, where there is none.
fn make_private(folder: &FilePath) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_folder_or_a_bucket_and_holds_no_secret() {
        let read = |text: &str| text.parse::<StoreUrl>();
        assert_eq!(read("file:./x"), Ok(StoreUrl::Folder("./x".into())));
        assert_eq!(read("file:///var/x").map(|url| url.to_string()), Ok("file:/var/x".into()));
        assert_eq!(read("s3://b/a/c/").map(|url| url.to_string()), Ok("s3://b/a/c".into()));
        for bad in ["", "file:", "x", "s3:", "s3://", "s3:///x", "s3://key:secret@b/x", "http://x"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
