//! Keys of restricted fields: sealing and opening, a new key for everything, how the keys stand, taking one out.
//! Must not run without its file, which is read whenever it is needed, so that a new key counts at once on every server that has it.
//! The file is `auth::PersonalKeys`; the commands are `haidang personal-keys`.

use std::path::PathBuf;

use auth::{Ctx, KeyError, PERSONAL_KEYS_SETTLED, PersonalKeys};
use domain::{
    error::{Code, Refusal},
    person::{PersonField, PersonId, Secret, seal_purpose},
    policy::Action,
};
use persistence::{
    Conn,
    person::{self, Sealed},
};
use serde_json::json;

use crate::{
    App, Error,
    audit::{Deed, record, watched},
};

/// People whose fields are sealed anew in one transaction.
const PEOPLE: i64 = 200;

/// The keys as the file has them now.
///
/// # Errors
/// `PERSONAL_KEY_MISSING` where there is no file, or none that can be used; the log tells why.
pub(crate) fn loaded(app: &App) -> Result<PersonalKeys, Error> {
    let missing = || Error::from(Refusal::new(Code::PersonalKeyMissing));
    let Some(path) = app.0.personal_keys.get() else {
        tracing::error!("no file with keys for personal data is named; set personal_keys_file");
        return Err(missing());
    };
    PersonalKeys::load(path).map_err(|error| {
        tracing::error!(%error, file = %path.display(), "the keys for personal data cannot be used");
        missing()
    })
}

/// Seals values, each for its place.
pub(crate) fn seal(keys: &PersonalKeys, id: PersonId, values: &[(PersonField, &Secret)]) -> Result<Vec<Sealed>, Error> {
    let one = |(field, value): &(PersonField, &Secret)| {
        let sealed = keys.seal(&seal_purpose(id, *field), value.reveal().as_bytes());
        let sealed = sealed.map_err(|_| Error::Internal("the operating system gives no randomness"))?;
        Ok(Sealed { person: id, field: *field, key: keys.first().to_owned(), sealed })
    };
    values.iter().map(one).collect()
}

/// Opens a value in its place.
///
/// # Errors
/// `PERSONAL_KEY_MISSING` where its key is not in the file; `PERSONAL_DATA_BROKEN` where it was changed or is in another's place.
pub(crate) fn open(keys: &PersonalKeys, one: &Sealed) -> Result<Secret, Error> {
    if !keys.has(&one.key) {
        tracing::error!(key = %one.key, person = %one.person, field = %one.field, "a value is sealed with a key that is not in the file");
        return Err(Refusal::new(Code::PersonalKeyMissing).into());
    }
    let opened = keys.open(&seal_purpose(one.person, one.field), &one.sealed).ok();
    opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(Secret::new).ok_or_else(|| {
        tracing::error!(person = %one.person, field = %one.field, "a sealed value does not open in its place");
        Refusal::new(Code::PersonalDataBroken).into()
    })
}

/// What came of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub key: String,
    /// Whether it is new; else an earlier rotation that had not ended was carried on.
    pub is_new: bool,
    /// Values that were sealed anew.
    pub moved: usize,
    /// What does not open, and stays as it is.
    pub broken: Vec<(PersonId, PersonField)>,
}

/// Makes a new key and seals everything anew with it, page by page. One that was broken off is carried on and makes no other key.
///
/// # Errors
/// `FORBIDDEN`; `PERSONAL_KEY_MISSING`, also where a value's key is not in the file.
pub async fn rotate(app: &App, ctx: &Ctx) -> Result<Rotated, Error> {
    watched(app, ctx, Deed::new("rotate_personal_keys"), async {
        ctx.allow(Action::ManagePersonalKeys)?;
        let before = on_file(app, |_, path| PersonalKeys::load(&path)).await?;
        let (moved, broken) = all_moved(app, ctx).await?;
        if moved > 0 {
            return Ok(Rotated { key: before.first().to_owned(), is_new: false, moved, broken });
        }
        // Nothing was left over but what does not open: that hinders no other key.
        let key = renewed(app, ctx, before.first()).await?;
        let (moved, broken) = all_moved(app, ctx).await?;
        Ok(Rotated { key, is_new: true, moved, broken })
    })
    .await
}

/// Seals what lies under other keys anew with the first one; tells how many values, and which do not open.
async fn all_moved(app: &App, ctx: &Ctx) -> Result<(usize, Vec<(PersonId, PersonField)>), Error> {
    let (mut count, mut broken, mut after) = (0, Vec::new(), None);
    loop {
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let page = app.0.db.write(move |conn| moved(&app_, conn, &ctx_, after)).await?;
        count += page.moved;
        broken.extend(page.broken);
        match page.last {
            None => return Ok((count, broken)),
            last => after = last,
        }
    }
}

/// Puts a new key into the file.
async fn renewed(app: &App, ctx: &Ctx, before: &str) -> Result<String, Error> {
    let keys = on_file(app, |now, path| PersonalKeys::add(&path, now)).await?;
    let deed = Deed::new("rotate_personal_keys").with(json!({"before": before, "after": keys.first()}));
    let (app_, ctx_) = (app.clone(), ctx.clone());
    app.0.db.append(move |conn| record(&app_, conn, &ctx_, deed.clone())).await?;
    Ok(keys.first().to_owned())
}

struct Page {
    moved: usize,
    broken: Vec<(PersonId, PersonField)>,
    /// Of the page; none when there is no more.
    last: Option<PersonId>,
}

/// Seals a page anew.
fn moved(app: &App, conn: &mut Conn, ctx: &Ctx, after: Option<PersonId>) -> Result<Page, Error> {
    let keys = loaded(app)?;
    let old = person::under_other_keys(conn, keys.first(), after, PEOPLE)?;
    let last = old.last().map(|one| one.person);
    let (mut fresh, mut broken) = (Vec::new(), Vec::new());
    for one in &old {
        match open(&keys, one) {
            Ok(value) => fresh.extend(seal(&keys, one.person, &[(one.field, &value)])?),
            Err(Error::Refused(refusal)) if refusal.code == Code::PersonalDataBroken => broken.push((one.person, one.field)),
            Err(error) => return Err(error),
        }
    }
    person::drop_under_other_keys(conn, keys.first(), &fresh)?;
    person::seal(conn, &fresh)?;
    if !old.is_empty() {
        let told = json!({"key": keys.first(), "sealedAnew": fresh.len(), "broken": broken.len()});
        record(app, conn, ctx, Deed::new("rotate_personal_keys").with(told))?;
    }
    Ok(Page { moved: fresh.len(), broken, last })
}

/// How a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStanding {
    pub key: String,
    /// It seals now.
    pub seals: bool,
    pub is_in_file: bool,
    /// Values that lie under it.
    pub values: i64,
}

/// How the keys stand: those of the file, the one that seals first, then those that are missing there.
///
/// # Errors
/// `FORBIDDEN`, `PERSONAL_KEY_MISSING`.
pub async fn status(app: &App, ctx: &Ctx) -> Result<Vec<KeyStanding>, Error> {
    ctx.allow(Action::ManagePersonalKeys)?;
    let keys = on_file(app, |_, path| PersonalKeys::load(&path)).await?;
    let counts = app.0.db.read(person::counts_by_key).await?;
    let values = |key: &str| counts.iter().find(|(own, _)| own == key).map_or(0, |(_, values)| *values);
    let kept = keys.kids().iter().map(|(key, _)| KeyStanding {
        key: key.clone(),
        seals: key == keys.first(),
        is_in_file: true,
        values: values(key),
    });
    let lost = counts.iter().filter(|(key, _)| !keys.has(key));
    let lost = lost.map(|(key, values)| KeyStanding { key: key.clone(), seals: false, is_in_file: false, values: *values });
    Ok(kept.chain(lost).collect())
}

/// Takes a key out of the file, under which nothing lies any more.
///
/// # Errors
/// `FORBIDDEN`; `NOT_FOUND`; `WRONG_STATE` while something lies under it, while it seals, and in the minute after another took its
/// place; `PERSONAL_KEY_MISSING`.
pub async fn remove(app: &App, ctx: &Ctx, key: String) -> Result<(), Error> {
    watched(app, ctx, Deed::new("remove_personal_key"), async {
        ctx.allow(Action::ManagePersonalKeys)?;
        let standing = status(app, ctx).await?.into_iter().find(|one| one.key == key && one.is_in_file);
        let standing = standing.ok_or_else(|| Refusal::new(Code::NotFound))?;
        let keys = on_file(app, |_, path| PersonalKeys::load(&path)).await?;
        let newest = keys.kids().first().map_or(0, |(_, made)| *made);
        if standing.seals || standing.values > 0 || app.0.clock.now().timestamp() < newest + PERSONAL_KEYS_SETTLED {
            let (vi, en) = (
                "Khóa này còn được dùng, hoặc vừa mới được thay; hãy xem haidang personal-keys status.",
                "The key is in use still, or was replaced a moment ago; see haidang personal-keys status.",
            );
            return Err(Refusal::worded(Code::WrongState, vi, en).into());
        }
        let gone = key.clone();
        on_file(app, move |_, path| PersonalKeys::remove(&path, &gone)).await?;
        let deed = Deed::new("remove_personal_key").with(json!({ "before": key }));
        let (app_, ctx_) = (app.clone(), ctx.clone());
        Ok(app.0.db.append(move |conn| record(&app_, conn, &ctx_, deed.clone())).await?)
    })
    .await
}

/// Does something with the file, off the async workers.
async fn on_file<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(i64, PathBuf) -> Result<T, KeyError> + Send + 'static,
) -> Result<T, Error> {
    let missing = || Error::from(Refusal::new(Code::PersonalKeyMissing));
    let (path, now) = (app.0.personal_keys.get().cloned().ok_or_else(missing)?, app.0.clock.now().timestamp());
    let done = tokio::task::spawn_blocking(move || work(now, path)).await.map_err(|_| Error::Internal("work on a file panicked"))?;
    done.map_err(|error| {
        tracing::error!(%error, "the keys for personal data cannot be used");
        missing()
    })
}
