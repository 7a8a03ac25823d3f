//! The audit log: writing an entry with what it tells of, reading, checking, exporting, anchoring.
//! Must not be skipped by any use case that changes something, and never changes or removes an entry.
//! What an entry says and how it is hashed is `domain::audit`; the strands are `persistence::audit`.

use std::fmt::Display;

use auth::{Ctx, digest};
use domain::{
    account::{Account, AccountId, AccountKind},
    audit::{ActorKind, Broken, Check, Entry, Head, Link, Outcome, Row},
    error::{Class, Code, Refusal},
    id::Id,
    policy::{
        Action,
        operations::{Interface, OPERATIONS, told_as},
    },
    text,
};
use persistence::{Conn, DbError, audit, evidence, node};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    App, Error, View,
    listing::{Listing, PageArgs},
};

pub use persistence::audit::AuditFilter;

/// Entries read at once.
const BATCH: i64 = 1000;
/// Longer logins are cut in the log; none that exists is.
const LOGIN: usize = 64;

/// What was done or tried.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    operation: &'static str,
    subject: Option<(&'static str, String)>,
    login: Option<String>,
    changes: Option<Value>,
    by: Option<By>,
    /// Code of the agency that it was done for, where that is not simply the account's own.
    agency: Option<String>,
}

/// What an operation is about: the kind of a thing and its identifier.
pub type Subject = (&'static str, Uuid);

/// An account that a credential or a signature stands for, where the caller is not signed in as it.
#[derive(Clone, Debug)]
struct By {
    account: AccountId,
    actor: ActorKind,
    agency: Option<String>,
    token: Option<String>,
}

impl Deed {
    pub(crate) fn new(operation: &'static str) -> Self {
        Self { operation, subject: None, login: None, changes: None, by: None, agency: None }
    }

    /// The account whose credentials or token held, though the caller is not, or not yet, signed in as it; `token` is a `jti`.
    pub(crate) fn by(self, account: &Account, agency: Option<&str>, token: Option<&str>) -> Self {
        let actor = if account.kind == AccountKind::Service { ActorKind::Service } else { ActorKind::User };
        let by = By { account: account.id, actor, agency: agency.map(str::to_owned), token: token.map(str::to_owned) };
        Self { by: Some(by), ..self.tried_by(&account.login) }
    }

    /// What it was about.
    pub(crate) fn on(self, kind: &'static str, id: impl Display) -> Self {
        Self { subject: Some((kind, id.to_string())), ..self }
    }

    /// The agency for which the caller did it: an account may act for others than its own.
    pub(crate) fn for_agency(self, code: Option<&str>) -> Self {
        Self { agency: code.map(str::to_owned).or(self.agency), ..self }
    }

    /// The login that was tried by somebody who is not signed in.
    pub(crate) fn tried_by(self, login: &str) -> Self {
        Self { login: Some(login.chars().take(LOGIN).collect()), ..self }
    }

    /// What changed; must hold no secret.
    pub(crate) fn with(self, changes: Value) -> Self {
        Self { changes: Some(changes), ..self }
    }

    fn entry(self, app: &App, ctx: &Ctx) -> Entry {
        let account = ctx.account();
        let (by, own_agency, token) = match self.by {
            Some(by) => (Some((by.account, by.actor)), by.agency, by.token),
            None => (None, ctx.agency().map(str::to_owned), ctx.token().map(str::to_owned)),
        };
        let kept = |text: String| if text::storable(&text) { text } else { text.replace(|c: char| !text::is_writable(c), "\u{fffd}") };
        Entry {
            id: app.0.ids.next(),
            at: app.0.clock.now(),
            actor: by.map_or(ctx.actor(), |(_, actor)| actor),
            account: by.map(|(account, _)| account).or(account.map(|account| account.id)),
            login: ctx.name().map(str::to_owned).or(self.login).map(kept),
            agency: self.agency.or(own_agency),
            token: token.map(kept),
            network: ctx.origin().network.map(|address| address.to_string()),
            request: ctx.request_id().as_str().to_owned(),
            operation: self.operation.to_owned(),
            subject: self.subject.map(|(kind, id)| (kind.to_owned(), kept(id))),
            changes: self.changes.map(|changes| changes.to_string()),
            outcome: Outcome::Done,
            code: None,
        }
    }
}

/// Writes an entry in the transaction of what it tells of; the last thing that the transaction does.
pub(crate) fn record(app: &App, conn: &mut Conn, ctx: &Ctx, deed: Deed) -> Result<(), DbError> {
    audit::append(conn, deed.entry(app, ctx))
}

/// Writes many entries at once, each as by [`record`].
pub(crate) fn record_all(app: &App, conn: &mut Conn, ctx: &Ctx, deeds: Vec<Deed>) -> Result<(), DbError> {
    audit::append_all(conn, deeds.into_iter().map(|deed| deed.entry(app, ctx)))
}

/// Writes an entry that tells of a refusal in the transaction of what it led to.
pub(crate) fn record_refused(app: &App, conn: &mut Conn, ctx: &Ctx, deed: Deed, code: Code) -> Result<(), DbError> {
    audit::append(conn, deed.entry(app, ctx).refused(code))
}

/// Writes an entry that tells of a refusal, in a transaction of its own.
pub(crate) async fn refused(app: &App, ctx: &Ctx, deed: Deed, code: Code) {
    let entry = deed.entry(app, ctx).refused(code);
    if let Err(error) = app.0.db.append(move |conn| audit::append(conn, entry.clone())).await {
        tracing::error!(%error, code = code.label(), "a refusal could not be written to the audit log");
    }
}

/// Does something; when the caller had no right to it, the log says so.
pub(crate) async fn watched<T>(app: &App, ctx: &Ctx, deed: Deed, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let done = work.await;
    if let Err(Error::Refused(refusal)) = &done
        && (is_attempt(refusal) || is_hidden(app, &deed, refusal).await?)
    {
        refused(app, ctx, deed, refusal.code).await;
    }
    done
}

/// Whether what was not found is there all the same, and so not the caller's to know of.
async fn is_hidden(app: &App, deed: &Deed, refusal: &Refusal) -> Result<bool, Error> {
    let subject = deed.subject.as_ref().filter(|_| refusal.code == Code::NotFound).and_then(|(_, id)| id.parse::<Uuid>().ok());
    let Some(id) = subject else { return Ok(false) };
    Ok(app.0.db.read(move |conn| node::kind_of(conn, id)).await?.is_some())
}

/// Whether somebody tried what is not theirs: without the right, without the proof, or too often.
fn is_attempt(refusal: &Refusal) -> bool {
    matches!(refusal.code.class(), Class::Forbidden | Class::Unauthenticated | Class::TooMany)
        || refusal.faults.iter().any(|fault| fault.code == Code::CredentialsInvalid)
}

/// Notes that something was asked for by its identifier which exists and is not the caller's to know of. It is written when the
/// view ends, before the caller has an answer: none waits for a connection while it holds one.
pub(crate) fn hidden(view: &View, operation: &'static str, kind: &'static str, id: Uuid) {
    view.note(Deed::new(operation).on(kind, id));
}

/// Writes down what a caller asked for in one operation that is not theirs to know of, and what they saw of other people.
///
/// # Errors
/// When it cannot be written that something was seen. An attempt that cannot be written was refused all the same.
pub(crate) async fn write_down(app: &App, ctx: &Ctx, hidden: Vec<Deed>, seen: Vec<Deed>) -> Result<(), Error> {
    if hidden.is_empty() && seen.is_empty() {
        return Ok(());
    }
    let must = !seen.is_empty();
    let hidden = hidden.into_iter().map(|deed| deed.entry(app, ctx).refused(Code::NotFound));
    let entries: Vec<Entry> = hidden.chain(seen.into_iter().map(|deed| deed.entry(app, ctx))).collect();
    match app.0.db.append(move |conn| audit::append_all(conn, entries.clone())).await {
        Err(error) if must => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "what is hidden and was asked for could not be written to the audit log");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Whether the caller may do this at all; a refusal is an entry, which names what it was about and has one name for an operation
/// wherever that is offered.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`.
pub async fn admit(app: &App, ctx: &Ctx, interface: Interface, operation: &'static str, about: Option<Subject>) -> Result<(), Error> {
    let known = OPERATIONS.iter().find(|known| (known.interface, known.name) == (interface, operation));
    let action = known.ok_or(Error::Internal("an operation is not in the policy's table"))?.action;
    let deed = Deed { subject: about.map(|(kind, id)| (kind, id.to_string())), ..Deed::new(told_as(interface, operation)) };
    watched(app, ctx, deed, async { Ok(ctx.allow(action)?) }).await
}

/// A page of entries, the newest first.
///
/// # Errors
/// `FORBIDDEN` without the right; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: AuditFilter, args: &PageArgs) -> Result<Listing<Link>, Error> {
    watched(view.app(), view.ctx(), Deed::new("list_audit_entries"), async {
        view.ctx().allow(Action::ReadAudit)?;
        let list = format!("audit {filter:?}");
        let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
        let texts = [&filter.operation, &filter.login, &filter.subject, &filter.subject_id];
        let is_storable = texts.into_iter().flatten().all(|text| text::storable(text));
        if !is_storable {
            return Ok(Listing::default());
        }
        let page = view.read(move |conn| audit::page(conn, &filter, &request)).await?;
        Ok(Listing::of(page, &list, |link| link.entry.id.uuid()))
    })
    .await
}

/// Where the log ended at an instant, for keeping elsewhere.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Anchor {
    pub at: String,
    pub entries: i64,
    pub strands: Vec<Strand>,
    /// SHA-256 over the lines "strand entries sha256" of all strands.
    pub sha256: String,
}

/// The end of a strand.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Strand {
    pub strand: i32,
    pub entries: i64,
    pub sha256: String,
}

fn ends(heads: Vec<Head>) -> Vec<Strand> {
    heads.into_iter().map(|head| Strand { strand: head.strand, entries: head.entries, sha256: head.sha256 }).collect()
}

fn digest_of(strands: &[Strand]) -> String {
    let lines: Vec<String> = strands.iter().map(|s| format!("{} {} {}\n", s.strand, s.entries, s.sha256)).collect();
    digest(lines.concat().as_bytes())
}

impl Anchor {
    /// Reads an anchor that was kept.
    ///
    /// # Errors
    /// When it is none, or was changed.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let anchor: Option<Self> = serde_json::from_str(text).ok();
        anchor.filter(|anchor| digest_of(&anchor.strands) == anchor.sha256).ok_or_else(|| {
            Refusal::worded(
                Code::BodyInvalid,
                "Tệp không phải là mốc neo của nhật ký, hoặc đã bị sửa.",
                "The file is no anchor of an audit log, or was changed.",
            )
        })
    }
}

/// Where the log ends now.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn anchor(app: &App, ctx: &Ctx) -> Result<Anchor, Error> {
    watched(app, ctx, Deed::new("anchor_audit"), async {
        ctx.allow(Action::ReadAudit)?;
        let strands = ends(app.0.db.read(evidence::heads).await?);
        Ok(Anchor {
            at: app.0.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            entries: strands.iter().map(|strand| strand.entries).sum(),
            sha256: digest_of(&strands),
            strands,
        })
    })
    .await
}

/// SHA-256 over the ends of all strands in the state that a caller looks at: whatever stands there was entered before.
pub(crate) async fn head(view: &View) -> Result<String, Error> {
    Ok(digest_of(&ends(view.read(evidence::heads).await?)))
}

/// What checking the log came to: so many entries that hold, or the first thing that is wrong.
pub type Verdict = Result<i64, Broken>;

/// Checks every entry, and against an anchor whether the log still holds what it held then.
///
/// # Errors
/// `FORBIDDEN` without the right. A broken log is no error but the verdict.
pub async fn verify(app: &App, ctx: &Ctx, anchor: Option<Anchor>) -> Result<Verdict, Error> {
    watched(app, ctx, Deed::new("verify_audit"), async {
        ctx.allow(Action::ReadAudit)?;
        Ok(app.0.db.read(move |conn| walk(conn, anchor.as_ref())).await?)
    })
    .await
}

/// Gives every row of the log to `take`, strand by strand.
fn each<E: From<DbError>>(conn: &mut Conn, mut take: impl FnMut(&Row) -> Result<(), E>) -> Result<(), E> {
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let rows = evidence::rows(conn, after, BATCH)?;
        let Some(last) = rows.last().map(|row| (row.strand, row.number)) else { return Ok(()) };
        rows.iter().try_for_each(&mut take)?;
        // A number that sorts as none does would be read without an end.
        if last <= after {
            return Ok(());
        }
        after = last;
    }
}

/// Why a walk ended early.
enum Ended {
    Broken(Broken),
    Db(DbError),
}

impl From<DbError> for Ended {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

fn walk(conn: &mut Conn, anchor: Option<&Anchor>) -> Result<Verdict, DbError> {
    match walked(conn, anchor) {
        Ok(entries) => Ok(Ok(entries)),
        Err(Ended::Broken(broken)) => Ok(Err(broken)),
        Err(Ended::Db(error)) => Err(error),
    }
}

fn walked(conn: &mut Conn, anchor: Option<&Anchor>) -> Result<i64, Ended> {
    let anchored = anchor.map(|anchor| {
        let heads = anchor.strands.iter().map(|s| Head { strand: s.strand, entries: s.entries, sha256: s.sha256.clone() });
        heads.collect::<Vec<_>>()
    });
    let mut check = Check::new(evidence::strands(conn), anchored.as_deref())?;
    each(conn, |row| Ok::<_, Ended>(check.step(row)?))?;
    let (heads, stored) = (evidence::heads(conn)?, audit::count(conn)?);
    Ok(check.end(&heads, stored)?)
}

/// Gives every row as a line of JSON to `line`, strand by strand, and an empty one at the end; tells how many. The export
/// itself is an entry.
///
/// # Errors
/// `FORBIDDEN` without the right; what `line` fails with.
pub async fn export(app: &App, ctx: &Ctx, mut line: impl FnMut(String) -> Result<(), Error> + Send + 'static) -> Result<i64, Error> {
    watched(app, ctx, Deed::new("export_audit"), async {
        ctx.allow(Action::ReadAudit)?;
        let entries = app.0.db.read(move |conn| -> Result<i64, Error> {
            let mut entries = 0;
            each(conn, |row| {
                entries += 1;
                line(row.exported().to_string())
            })?;
            line(String::new())?;
            Ok(entries)
        });
        let entries = entries.await?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let deed = Deed::new("export_audit").with(json!({ "entries": entries }));
        app.0.db.append(move |conn| record(&app_, conn, &ctx_, deed.clone())).await?;
        Ok(entries)
    })
    .await
}
