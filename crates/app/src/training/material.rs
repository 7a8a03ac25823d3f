//! The register of teaching materials and their versions.
//! Must not hold a file: a version names the document that has it, or a link.
//! Which session used which is `session`.

use std::collections::HashMap;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    policy::Action,
    training::{Material, MaterialId, MaterialVersion},
};
use persistence::{DbError, training_material as stored};
use serde_json::json;
use uuid::Uuid;

use super::{MAX_TITLE, YEARS, at_desk, document, refused, task_named};
use crate::{
    App, Error, View,
    audit::Deed,
    listing::{Listing, PageArgs},
    words::{line, read_among},
};

const CREATE: &str = "create_training_material";
const ADD: &str = "add_training_material_version";
const MAX_LINK: usize = 2000;
const MAX_LANGUAGE: usize = 35;
/// Versions of one material.
const MAX_VERSIONS: usize = 500;

/// Material to write down.
#[derive(Clone, Debug)]
pub struct NewMaterial {
    /// Code.
    pub programme: String,
    /// Code.
    pub task: Option<String>,
    /// Code of whoever compiles it.
    pub agency: String,
    pub title: String,
}

/// A version of material.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// From 1.
    pub number: u32,
    /// A BCP 47 tag.
    pub language: String,
    pub issued_on: NaiveDate,
    /// Number or identifier of the document whose files it is.
    pub document: Option<String>,
    /// An address.
    pub link: Option<String>,
}

/// A page of materials of a programme, or of all, the newest first.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn materials(view: &View, programme: Option<&str>, args: &PageArgs) -> Result<Listing<Material>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("training materials {programme:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let known = match programme {
        None => None,
        Some(code) => Some(view.catalogue().await?.programme_by_code(code).map(|programme| programme.id)),
    };
    if known == Some(None) {
        return Ok(Listing::default());
    }
    let page = view.read(move |conn| stored::page(conn, known.flatten(), &request)).await?;
    Ok(Listing::of(page, &list, |material| material.id.uuid()))
}

/// How many materials there are.
///
/// # Errors
/// When the database fails.
pub async fn count_materials(view: &View, programme: Option<&str>) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let known = match programme {
        None => None,
        Some(code) => Some(view.catalogue().await?.programme_by_code(code).map(|programme| programme.id)),
    };
    if known == Some(None) {
        return Ok(0);
    }
    view.read(move |conn| stored::count(conn, known.flatten())).await
}

/// The materials with these identifiers.
///
/// # Errors
/// When the database fails.
pub async fn materials_by_ids(view: &View, ids: Vec<MaterialId>) -> Result<HashMap<MaterialId, Material>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let found = view.read(move |conn| stored::by_ids(conn, &ids)).await?;
    Ok(found.into_iter().map(|material| (material.id, material)).collect())
}

/// Writes material down, without a version.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`; `BODY_INVALID` with every fault; `ALREADY_EXISTS` for the same title of the same agency.
pub async fn create_material(app: &App, ctx: &Ctx, new: NewMaterial) -> Result<MaterialId, Error> {
    at_desk(app, ctx, Deed::new(CREATE), move |desk, conn| {
        let mut faults = Vec::new();
        let programme = desk.programme(&new.programme, &mut faults);
        let agency = desk.acting(programme, "/agency", &new.agency, &mut faults)?;
        let title = read_among("/title", &new.title, MAX_TITLE, &mut faults).into();
        let task = task_named(conn, programme, new.task.as_deref(), &mut faults)?;
        let (Some(programme), Some(agency), true) = (programme, agency, faults.is_empty()) else { return Err(refused(faults)) };
        let material = Material { id: desk.app.0.ids.next(), programme, task, agency, title, versions: Vec::new() };
        stored::insert(conn, &material, desk.stamp()).map_err(is_there)?;
        let after = json!({"after": {"title": material.title, "agency": new.agency, "task": new.task}});
        desk.record(conn, Deed::new(CREATE).on("training_material", material.id).with(after))?;
        Ok(material.id)
    })
    .await
}

/// Appends a version to material.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `NOT_FOUND`; `BODY_INVALID` with every fault.
pub async fn add_version(app: &App, ctx: &Ctx, id: MaterialId, new: NewVersion) -> Result<(), Error> {
    at_desk(app, ctx, Deed::new(ADD).on("training_material", id), move |desk, conn| {
        let mut material = stored::by_ids(conn, &[id])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
        desk.may(Some(material.programme), Some(material.agency))?;
        let mut faults = Vec::new();
        let link = new.link.as_deref().map(|link| address(link, &mut faults));
        let language = read_among("/language", &new.language, MAX_LANGUAGE, &mut faults);
        if !language.is_empty() && !is_tag(&language) {
            faults.push(Fault::new("/language", Code::PatternMismatch));
        }
        if !YEARS.contains(&chrono::Datelike::year(&new.issued_on)) || new.issued_on > desk.today {
            faults.push(Fault::new("/issuedOn", Code::OutOfRange));
        }
        if !(1..=10_000).contains(&new.number) {
            faults.push(Fault::new("/number", Code::OutOfRange));
        }
        let document = document(conn, "/document", new.document.as_deref(), &mut faults)?;
        let version = MaterialVersion {
            number: new.number,
            language: language.into(),
            issued_on: new.issued_on,
            document,
            link: link.map(Into::into),
        };
        material.versions.push(version.clone());
        material.versions.sort_by(|a, b| (a.number, &a.language).cmp(&(b.number, &b.language)));
        // Of the whole register it is the new one that does not fit.
        let wrong = material.faults("");
        faults
            .extend(wrong.iter().map(|fault| Fault::new(format!("/{}", fault.pointer.rsplit('/').next().unwrap_or_default()), fault.code)));
        if material.versions.len() > MAX_VERSIONS {
            faults.push(Fault::new("/number", Code::OutOfRange));
        }
        if !faults.is_empty() {
            return Err(refused(faults));
        }
        stored::insert_version(conn, id, &version, desk.stamp())?;
        let after = json!({"number": version.number, "language": version.language, "issuedOn": version.issued_on,
            "document": version.document.map(|id| id.to_string()), "link": version.link});
        desk.record(conn, Deed::new(ADD).on("training_material", id).with(json!({ "after": after })))
    })
    .await
}

fn is_tag(text: &str) -> bool {
    text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

/// An address of the web.
fn address(link: &str, faults: &mut Vec<Fault>) -> String {
    match line("/link", link, MAX_LINK) {
        Ok(link) if link.starts_with("https://") || link.starts_with("http://") => link,
        Ok(_) => {
            faults.push(Fault::new("/link", Code::PatternMismatch));
            String::new()
        }
        Err(fault) => {
            faults.push(fault);
            String::new()
        }
    }
}

pub(super) fn is_there(error: DbError) -> Error {
    match error {
        DbError::Unique(_) => Refusal::new(Code::AlreadyExists).into(),
        other => other.into(),
    }
}
