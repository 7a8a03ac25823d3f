//! Putting a file on a report: who, which file, once.
//! Must not keep a file in memory, or leave anything of one that did not arrive whole or was refused.
//! Order: policy, arrival, rules, claim, bytes, row; see the parent module for why the claim comes first.

use std::{
    fs::File,
    io::{self, Write},
    time::Duration,
};

use auth::Ctx;
use chrono::TimeDelta;
use domain::{
    error::{Code, Fault, Refusal},
    evidence::{self as rules, FileFacts, MAX_FILES, MAX_NUMBER, MAX_WORDS, MediaType, ReportFile, secrecy},
    policy::Action,
    report::ReportId,
    text,
};
use persistence::{
    Conn,
    evidence_store::StoreError,
    report_file::{self as evidence, Claim},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    LEASE, changeable,
    content::{self, Found},
    open_report,
};
use crate::{
    App, Error,
    audit::{Deed, record, refused, watched},
    identity::{current, renewed},
};

const OPERATION: &str = "upload_report_file";
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

/// A file that is on its report.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub file: ReportFile,
    /// False when it was there before.
    pub is_new: bool,
}

/// A file that has arrived, in a file without a name.
struct Arrived {
    file: File,
    size: u64,
    sha256: String,
    /// As it is kept.
    name: String,
    declared: Option<String>,
}

/// What was said of a file beside it.
#[derive(Clone, Debug, Default)]
struct About {
    title: Option<String>,
    /// Number and symbol of the document.
    number: Option<String>,
}

/// Puts a file on a report of the caller's agency. The same bytes under the same name are on a report once: sent again, they are
/// answered with what is there.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `EVIDENCE_CLOSED` or `REOPENING_OVER` where the report may not be written on, `TOO_MANY_FILES`,
/// `BODY_TOO_LARGE`, `BODY_INVALID` for a form that is not of one file and at most a title and a number, `FILE_REFUSED` with every
/// fault, `DOCUMENT_SECRET`, which is an entry of the audit log, `UNAVAILABLE` when the store fails.
pub async fn upload(app: &App, ctx: &Ctx, report: ReportId, parts: impl Parts) -> Result<Uploaded, Error> {
    let deed = || Deed::new(OPERATION).on("report", report);
    watched(app, ctx, deed(), async {
        // 1. May the caller do this? Asked before anything of the body is read, and again with the row.
        ctx.allow(Action::ManageEvidence)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let look = move |conn: &mut Conn| -> Result<(), Error> {
            let found = persistence::report::by_id(conn, &ctx_.report_scope(), report)?;
            changeable(&app_, conn, &ctx_, found).map(drop)
        };
        app.0.db.read(look).await?;
        // 2. The form arrives.
        let (arrived, about) = arrive(app, parts).await?;
        // 3. Is it one that is taken? That somebody tried to leave a secret here is written down.
        let (media_type, arrived) = match judged(arrived, &about).await? {
            Judged::Taken(media_type, arrived) => (media_type, arrived),
            Judged::Secret { sha256, size } => {
                let tried = json!({"refused": {"sha256": sha256, "size": size}});
                refused(app, ctx, deed().with(tried), Code::DocumentSecret).await;
                return Err(Refusal::new(Code::DocumentSecret).into());
            }
        };
        // 4. Claim, bytes, row: for whoever still may, before the bytes are kept and again with the row.
        let ctx = &renewed(app, ctx).await?;
        ctx.allow(Action::ManageEvidence)?;
        let claim = claimed(app, &arrived.sha256).await?;
        let Arrived { file, size, sha256, name, .. } = arrived;
        let stored = tokio::time::timeout(STORE_WITHIN, app.0.evidence.store.put(&sha256, file, size)).await;
        stored.unwrap_or(Err(StoreError::Late))?;
        let size = i64::try_from(size).map_err(|_| Error::Internal("a file is larger than any number"))?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let commit = move |conn: &mut Conn| -> Result<Uploaded, Error> {
            let ctx = current(&app_, conn, &ctx_)?;
            let (report, account) = open_report(&app_, conn, &ctx, report)?;
            let now = app_.0.clock.now();
            if !evidence::settle(conn, claim.id, now + COMMIT_WITHIN)? {
                return Err(Refusal::new(Code::Unavailable).into());
            }
            if let Some(file) = evidence::same(conn, report.id, &name, &sha256)? {
                return Ok(Uploaded { file, is_new: false });
            }
            if evidence::count(conn, report.id)? >= i64::try_from(MAX_FILES).unwrap_or(i64::MAX) {
                return Err(Refusal::new(Code::TooManyFiles).into());
            }
            let file = ReportFile {
                id: app_.0.ids.next(),
                report: report.id,
                sha256: sha256.clone(),
                size,
                name: name.clone(),
                title: about.title.clone(),
                document_number: about.number.clone(),
                media_type,
                since_version: report.version + 1,
                until_version: None,
                uploaded_by: account,
                uploaded_at: now,
            };
            evidence::insert(conn, &file)?;
            evidence::touch(conn, report.id)?;
            let after = json!({"file": file.id.to_string(), "name": file.name, "title": file.title,
                               "documentNumber": file.document_number, "mediaType": file.media_type.label(), "size": file.size,
                               "sha256": file.sha256});
            let agency = app_.0.catalogue.current(conn)?.agency_code(Some(report.agency));
            let deed = Deed::new(OPERATION).on("report", report.id).for_agency(agency.as_deref());
            record(&app_, conn, &ctx, deed.with(json!({ "after": after })))?;
            Ok(Uploaded { file, is_new: true })
        };
        app.0.db.append(commit).await
    })
    .await
}

fn broken(pointer: &str, code: Code) -> Error {
    Refusal::with_faults(Code::BodyInvalid, vec![Fault::new(pointer, code)]).into()
}

/// Reads the form: one file, and at most a title and a number.
async fn arrive(app: &App, mut parts: impl Parts) -> Result<(Arrived, About), Error> {
    let (mut arrived, mut about) = (None, About::default());
    while let Some(part) = parts.part().await? {
        match part.name.as_str() {
            "file" if arrived.is_some() => return Err(broken("/file", Code::Duplicate)),
            "file" => arrived = Some(arrive_file(app, part, &mut parts).await?),
            "title" if about.title.is_some() => return Err(broken("/title", Code::Duplicate)),
            "title" => about.title = Some(arrive_words("/title", MAX_WORDS, &mut parts).await?),
            "documentNumber" if about.number.is_some() => return Err(broken("/documentNumber", Code::Duplicate)),
            "documentNumber" => about.number = Some(arrive_words("/documentNumber", MAX_NUMBER, &mut parts).await?),
            other => return Err(broken(&format!("/{}", other.chars().take(64).collect::<String>()), Code::FieldUnknown)),
        }
    }
    let said = |words: Option<String>| words.filter(|words| !words.is_empty());
    about = About { title: said(about.title), number: said(about.number) };
    Ok((arrived.ok_or_else(|| broken("/file", Code::FieldRequired))?, about))
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
    let words = text::normalise(words.trim());
    if words.chars().count() > most {
        return Err(broken(pointer, Code::LengthOutOfRange));
    }
    if words.chars().any(char::is_control) {
        return Err(broken(pointer, Code::PatternMismatch));
    }
    Ok(words)
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
    Taken(MediaType, Arrived),
    /// Marked as secret: nothing of it is kept but what tells it apart.
    Secret {
        sha256: String,
        size: u64,
    },
}

/// What the file is, if it is one that is taken.
async fn judged(arrived: Arrived, about: &About) -> Result<Judged, Error> {
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
    let said = [Some(name.as_str()), about.title.as_deref(), about.number.as_deref()];
    if found.is_marked || said.into_iter().flatten().any(secrecy::is_marked) {
        return Ok(Judged::Secret { sha256, size });
    }
    match found.media_type {
        Some(media_type) if faults.is_empty() => Ok(Judged::Taken(media_type, Arrived { file, size, sha256, name, declared })),
        _ => Err(Refusal::with_faults(Code::FileRefused, faults).into()),
    }
}

/// Claims the bytes of a hash; waits while equal ones are being removed.
async fn claimed(app: &App, sha256: &str) -> Result<Claim, Error> {
    for _ in 0..WAITS {
        let now = app.0.clock.now();
        let claim = Claim { id: app.0.ids.next(), sha256: sha256.to_owned(), expires_at: now + LEASE };
        let wanted = claim.clone();
        if app.0.db.write(move |conn| evidence::claim(conn, &wanted, now)).await? {
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
