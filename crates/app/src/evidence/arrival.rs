//! A form with a file on its way: read to its end, looked at, claimed, stored.
//! Must not keep a file in memory, or leave anything of one that did not arrive whole or was refused.
//! What the file is put on is `upload` and `crate::document`; see the parent module for why the claim comes first.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Write},
    time::Duration,
};

use auth::Ctx;
use chrono::TimeDelta;
use domain::{
    error::{Code, Fault, Refusal},
    evidence::{self as rules, FileFacts, MediaType, secrecy},
};
use persistence::{
    Conn,
    evidence_store::StoreError,
    file_claim::{self, Claim},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    LEASE,
    content::{self, Found},
};
use crate::{
    App, Error,
    audit::{Deed, refused},
    words::line,
};

/// What arrives is written and hashed in pieces of this size.
const PIECE: usize = 256 * 1024;
/// Storing takes no longer than this; a claim holds much longer.
const STORE_WITHIN: Duration = Duration::from_mins(10);
/// The claim outlives the transaction that settles it by this, so that the sweep never takes it for dead meanwhile.
const COMMIT_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// While equal bytes are being removed, an upload waits so often for so long.
const WAITS: usize = 40;
const WAIT: Duration = Duration::from_millis(50);

/// One part of a form, before its bytes.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub file_name: Option<String>,
    /// As declared.
    pub media_type: Option<String>,
}

/// A form that is still arriving.
pub trait Parts {
    type Bytes: AsRef<[u8]>;

    /// The next part; what is left of the one before is passed over.
    fn part(&mut self) -> impl Future<Output = Result<Option<Part>, Refusal>>;

    /// The next bytes of the part.
    fn bytes(&mut self) -> impl Future<Output = Result<Option<Self::Bytes>, Refusal>>;
}

/// What a form may say beside its file: the names of the parts, and how many characters each has at most.
pub(crate) type Beside = &'static [(&'static str, usize)];

/// What was said beside a file; a part without words is none.
pub(crate) type Said = BTreeMap<&'static str, String>;

/// A file that has arrived, in a file without a name.
struct Arrived {
    file: File,
    size: u64,
    sha256: String,
    /// As it is kept.
    name: String,
    declared: Option<String>,
}

/// A file that arrived whole and is one that is taken.
pub(crate) struct Taken {
    file: File,
    size: u64,
    sha256: String,
    name: String,
    media_type: MediaType,
    pub said: Said,
}

/// A file whose bytes are in the store, under a claim that is yet to be settled.
#[derive(Clone)]
pub(crate) struct Stored {
    claim: Claim,
    pub sha256: String,
    pub size: i64,
    pub name: String,
    pub media_type: MediaType,
    pub said: Said,
}

impl Stored {
    /// Settles the claim, in the transaction that makes the bytes a file.
    ///
    /// # Errors
    /// `UNAVAILABLE` when it took so long that the bytes may be gone.
    pub fn settle(&self, app: &App, conn: &mut Conn) -> Result<(), Error> {
        let until = app.0.clock.now() + COMMIT_WITHIN;
        if file_claim::settle(conn, self.claim.id, until)? { Ok(()) } else { Err(Refusal::new(Code::Unavailable).into()) }
    }
}

/// Reads a form of one file and what may stand beside it. That somebody tried to leave a secret is written down, of that deed.
///
/// # Errors
/// `BODY_TOO_LARGE`, `BODY_INVALID`, `FILE_REFUSED` with every fault, `DOCUMENT_SECRET`.
pub(crate) async fn taken(app: &App, ctx: &Ctx, deed: Deed, beside: Beside, parts: impl Parts) -> Result<Taken, Error> {
    let (arrived, said) = arrive(app, beside, parts).await?;
    match judged(arrived, said).await? {
        Judged::Taken(taken) => Ok(taken),
        Judged::Secret { sha256, size } => {
            let tried = json!({"refused": {"sha256": sha256, "size": size}});
            refused(app, ctx, deed.with(tried), Code::DocumentSecret).await;
            Err(Refusal::new(Code::DocumentSecret).into())
        }
    }
}

/// Claims the bytes, then stores them.
///
/// # Errors
/// `UNAVAILABLE` when the store fails.
pub(crate) async fn stored(app: &App, taken: Taken) -> Result<Stored, Error> {
    let claim = claimed(app, &taken.sha256).await?;
    let Taken { file, size, sha256, name, media_type, said } = taken;
    let stored = tokio::time::timeout(STORE_WITHIN, app.0.evidence.store.put(&sha256, file, size)).await;
    stored.unwrap_or(Err(StoreError::Late))?;
    let size = i64::try_from(size).map_err(|_| Error::Internal("a file is larger than any number"))?;
    Ok(Stored { claim, sha256, size, name, media_type, said })
}

fn broken(pointer: &str, code: Code) -> Error {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)]).into()
}

/// Reads the form: one file, and at most once each what may stand beside it.
async fn arrive(app: &App, beside: Beside, mut parts: impl Parts) -> Result<(Arrived, Said), Error> {
    let (mut arrived, mut said) = (None, Said::new());
    while let Some(part) = parts.part().await? {
        if part.name == "file" {
            if arrived.is_some() {
                return Err(broken("/file", Code::Duplicate));
            }
            arrived = Some(arrive_file(app, part, &mut parts).await?);
            continue;
        }
        let Some((name, most)) = beside.iter().find(|(name, _)| *name == part.name) else {
            return Err(broken(&format!("/{}", part.name.chars().take(64).collect::<String>()), Code::FieldUnknown));
        };
        if said.contains_key(name) {
            return Err(broken(&format!("/{name}"), Code::Duplicate));
        }
        said.insert(name, arrive_words(&format!("/{name}"), *most, &mut parts).await?);
    }
    said.retain(|_, words| !words.is_empty());
    Ok((arrived.ok_or_else(|| broken("/file", Code::FieldRequired))?, said))
}

/// Reads a part of a form that is a line of so many characters at most.
async fn arrive_words<P: Parts>(pointer: &str, most: usize, parts: &mut P) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(more) = parts.bytes().await? {
        bytes.extend_from_slice(more.as_ref());
        if bytes.len() > most * 16 {
            return Err(broken(pointer, Code::LengthOutOfRange));
        }
    }
    let words = String::from_utf8(bytes).map_err(|_| broken(pointer, Code::PatternMismatch))?;
    // A part without words is none.
    if words.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(line(pointer, &words, most).map_err(|fault| Refusal::with_faults(Code::BodyInvalid, vec![fault]))?)
}

async fn arrive_file<P: Parts>(app: &App, part: Part, parts: &mut P) -> Result<Arrived, Error> {
    let max = app.0.evidence.max_bytes;
    let (mut file, mut hash, mut size) = (app.0.evidence.store.staging()?, Sha256::new(), 0_u64);
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        let more = parts.bytes().await?;
        let is_last = more.is_none();
        if let Some(more) = more {
            size += more.as_ref().len() as u64;
            if size > max {
                return Err(too_large(max).into());
            }
            piece.extend_from_slice(more.as_ref());
        }
        if piece.len() >= PIECE || is_last {
            (file, hash, piece) = blocking(move || {
                file.write_all(&piece)?;
                hash.update(&piece);
                piece.clear();
                Ok((file, hash, piece))
            })
            .await?;
        }
        if is_last {
            let name = rules::kept_name(&part.file_name.unwrap_or_default());
            return Ok(Arrived { file, size, sha256: format!("{:x}", hash.finalize()), name, declared: part.media_type });
        }
    }
}

fn too_large(max: u64) -> Refusal {
    Refusal::worded(Code::BodyTooLarge, format!("Tệp lớn nhất {max} byte."), format!("A file has {max} bytes at most."))
}

/// What a file was found to be.
enum Judged {
    Taken(Taken),
    /// Marked as secret: nothing of it is kept but what tells it apart.
    Secret {
        sha256: String,
        size: u64,
    },
}

/// What the file is, if it is one that is taken.
async fn judged(arrived: Arrived, said: Said) -> Result<Judged, Error> {
    let Arrived { mut file, size, sha256, name, declared } = arrived;
    let looked_at = name.clone();
    let (file, found): (File, Found) = blocking(move || {
        let found = content::examine(&mut file, &looked_at)?;
        Ok((file, found))
    })
    .await?;
    let facts = FileFacts { name: &name, declared: declared.as_deref(), is_empty: size == 0, found: found.media_type };
    let faults = rules::check(facts);
    // A mark is told first: somebody should know, whatever else is wrong.
    if found.is_marked || std::iter::once(&name).chain(said.values()).any(|words| secrecy::is_marked(words)) {
        return Ok(Judged::Secret { sha256, size });
    }
    match found.media_type {
        Some(media_type) if faults.is_empty() => Ok(Judged::Taken(Taken { file, size, sha256, name, media_type, said })),
        _ => Err(Refusal::with_faults(Code::FileRefused, faults).into()),
    }
}

/// Claims the bytes of a hash; waits while equal ones are being removed.
async fn claimed(app: &App, sha256: &str) -> Result<Claim, Error> {
    for _ in 0..WAITS {
        let now = app.0.clock.now();
        let claim = Claim { id: app.0.ids.next(), sha256: sha256.to_owned(), expires_at: now + LEASE };
        let wanted = claim.clone();
        if app.0.db.write(move |conn| file_claim::claim(conn, &wanted, now)).await? {
            return Ok(claim);
        }
        tokio::time::sleep(WAIT).await;
    }
    Err(Refusal::new(Code::Unavailable).into())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Error::Internal("a look at a file panicked"))?;
    Ok(done.map_err(StoreError::from)?)
}
