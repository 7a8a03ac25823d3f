//! Translations of names, titles and public texts: writing one, taking one away, and many at once as a table.
//! Must not change a Vietnamese text; what a translation was made of is kept with it, so that a later change shows.
//! What is shown of them with their things is read with those; the rows are `persistence::translation`.

use std::{collections::HashMap, sync::Arc};

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    lang::{Lang, Rendering, Translatable, Translated, TranslationState},
    policy::Action,
    text::{normalise, shows_nothing, storable},
};
use persistence::{Conn, search, seed::stamp_catalogue, translation as stored};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App, Error, View,
    audit::{Deed, watched},
    identity::current,
    import::{ImportOptions, stamp, transact},
};

/// Characters at most of a translation.
pub const MAX_TEXT: usize = 4000;
/// Rows of a table at most.
pub const MAX_ROWS: usize = 10_000;

/// A translation to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTranslation {
    /// Where it stands in what was sent, for its faults.
    pub at: String,
    pub subject: Uuid,
    pub text: String,
    pub state: TranslationState,
    /// The Vietnamese text that it was made of; the one that stands where nothing is said.
    pub source: Option<String>,
}

/// What became of translations that were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Of all, those that were made of another text than the one that stands.
    pub stale: usize,
}

fn no_source() -> Error {
    let fault = Fault::worded(
        "/lang",
        Code::NotOneOf,
        "Tiếng Việt là bản gốc, không phải bản dịch.",
        "Vietnamese is the source and no translation.",
    );
    Refusal::with_faults(Code::BodyInvalid, vec![fault]).into()
}

/// Every text that is translated, with what it is in a language, by kind, code and identifier.
///
/// # Errors
/// `FORBIDDEN` without the right; `BODY_INVALID` for Vietnamese.
pub async fn texts(view: &View, kinds: Vec<Translatable>, lang: Lang) -> Result<Vec<Translated>, Error> {
    view.ctx().allow(Action::ManageTranslations)?;
    if lang == Lang::Vi {
        return Err(no_source());
    }
    let kinds = if kinds.is_empty() { Translatable::ALL.to_vec() } else { kinds };
    view.read(move |conn| stored::texts(conn, &kinds, lang, None)).await
}

/// Writes translations into one language, all or none; a dry run does everything and undoes it.
///
/// # Errors
/// `FORBIDDEN` without the right; `BODY_INVALID` with every fault: things that have no such text, texts that show nothing or are too long,
/// things named twice.
pub async fn put(app: &App, ctx: &Ctx, lang: Lang, rows: Vec<NewTranslation>, dry_run: bool) -> Result<Written, Error> {
    const OPERATION: &str = "put_translations";
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ManageTranslations)?;
        if lang == Lang::Vi {
            return Err(no_source());
        }
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let options = ImportOptions { dry_run, apply_changes: true };
        transact(app, ctx, options, move |conn| {
            let ctx = current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ManageTranslations)?;
            let account = ctx.account().map(|account| account.id);
            // 1. What there is, and what is wrong with what was sent.
            let ids: Vec<Uuid> = rows.iter().map(|row| row.subject).collect();
            let there = stored::texts(conn, Translatable::ALL, lang, Some(&ids))?;
            let there: HashMap<Uuid, Translated> = there.into_iter().map(|text| (text.subject, text)).collect();
            let (new, written) = judged(lang, &rows, &there)?;
            // 2. What differs is written with its editor and time, and found by from now on; titles of documents are found as they are written.
            let now = app_.0.clock.now();
            let new: Vec<Translated> = new.into_iter().map(|one| Translated { editor: account, edited_at: Some(now), ..one }).collect();
            stored::put(conn, &new)?;
            settle(&app_, conn, &new)?;
            let told =
                json!({ "after": { "lang": lang.tag(), "added": written.added, "changed": written.changed, "stale": written.stale } });
            Ok(((!new.is_empty()).then(|| Deed::new(OPERATION).with(told)), written))
        })
        .await
    })
    .await
}

/// Those that differ from what is stored, and how many there are of which kind.
fn judged(lang: Lang, rows: &[NewTranslation], there: &HashMap<Uuid, Translated>) -> Result<(Vec<Translated>, Written), Error> {
    let (mut faults, mut new, mut written) = (Vec::new(), HashMap::new(), Written::default());
    for row in rows {
        let Some(known) = there.get(&row.subject) else {
            faults.push(Fault::new(format!("{}/subject", row.at), Code::ReferenceUnknown));
            continue;
        };
        let (text, source) = (normalise(row.text.trim()), normalise(row.source.as_deref().unwrap_or(&known.source)));
        if text.is_empty() || text.chars().count() > MAX_TEXT {
            faults.push(Fault::new(format!("{}/text", row.at), Code::LengthOutOfRange));
        } else if shows_nothing(&text) || !storable(&text) {
            faults.push(Fault::new(format!("{}/text", row.at), Code::PatternMismatch));
        }
        if !storable(&source) {
            faults.push(Fault::new(format!("{}/source", row.at), Code::PatternMismatch));
        }
        let rendering = Rendering { lang, text: text.into(), state: row.state, source: Arc::from(source) };
        written.stale += usize::from(*rendering.source != *known.source);
        match &known.rendering {
            Some(old) if *old == rendering => written.unchanged += 1,
            Some(_) => written.changed += 1,
            None => written.added += 1,
        }
        let is_new = known.rendering.as_ref() != Some(&rendering);
        if new.insert(row.subject, is_new.then(|| Translated { rendering: Some(rendering), ..known.clone() })).is_some() {
            faults.push(Fault::new(format!("{}/subject", row.at), Code::Duplicate));
        }
    }
    if faults.is_empty() {
        Ok((new.into_values().flatten().collect(), written))
    } else {
        Err(Refusal::with_faults(Code::BodyInvalid, faults).into())
    }
}

/// Takes a translation away.
///
/// # Errors
/// `FORBIDDEN` without the right; `NOT_FOUND` where there is none.
pub async fn remove(app: &App, ctx: &Ctx, subject: Uuid, lang: Lang) -> Result<(), Error> {
    const OPERATION: &str = "remove_translation";
    watched(app, ctx, Deed::new(OPERATION).on("translation", subject), async {
        ctx.allow(Action::ManageTranslations)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        transact(app, ctx, ImportOptions { dry_run: false, apply_changes: true }, move |conn| {
            let ctx = current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ManageTranslations)?;
            let mut gone = stored::texts(conn, Translatable::ALL, lang, Some(&[subject]))?;
            gone.retain(|text| text.rendering.is_some());
            if gone.is_empty() {
                return Err(Refusal::new(Code::NotFound).into());
            }
            stored::remove(conn, &gone)?;
            settle(&app_, conn, &gone)?;
            let before = gone.iter().filter_map(|text| text.rendering.as_ref()).map(|rendering| rendering.text.to_string()).next();
            let told = json!({ "before": { "lang": lang.tag(), "text": before } });
            Ok((Some(Deed::new(OPERATION).on("translation", subject).with(told)), ()))
        })
        .await
    })
    .await
}

/// Tells readers of what is kept in memory, and the search what things are called by now.
fn settle(app: &App, conn: &mut Conn, of: &[Translated]) -> Result<(), Error> {
    let is_kept = |kind| matches!(kind, Translatable::Agency | Translatable::Programme | Translatable::Group);
    if of.iter().any(|text| is_kept(text.kind)) {
        stamp_catalogue(conn, stamp(app))?;
    }
    let tasks: Vec<_> = of.iter().filter(|text| text.kind == Translatable::Task).map(|text| Id::from_uuid(text.subject)).collect();
    if !tasks.is_empty() {
        search::sync_tasks(conn, &tasks)?;
    }
    let shown: Vec<_> = of.iter().filter(|text| text.kind == Translatable::Deliverable).map(|text| Id::from_uuid(text.subject)).collect();
    if !shown.is_empty() {
        search::sync_deliverables(conn, &shown)?;
    }
    Ok(())
}
