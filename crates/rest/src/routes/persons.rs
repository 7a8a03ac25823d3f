//! `/api/v1/admin/persons`: the register of people, and opening what is restricted of them.
//! Must not take a purpose from the address of a request: addresses are logged by proxies, bodies are not.
//! The use cases are `app::person`.

use actix_web::{HttpResponse, http::header, web};
use app::{View, person};
use domain::{
    error::Code,
    id::Id,
    patch::Patch,
    person::{Person as Model, PersonId},
    policy::operations::Interface,
};

use crate::{
    condition::revision,
    dto::{
        page::{forward, reply},
        person::{
            ExportWanted, NewPerson, OpenedFields, OpeningWanted, Person, PersonChange, PersonDetail, PersonExport, PersonPage,
            PersonParams, PersonPost, PseudonymWanted, RestrictionWanted,
        },
    },
    extract::{Params, Push, Reading, subject},
    problem::Problem,
};

/// People in the order in which they were written down, without what is restricted.
#[utoipa::path(
    get, path = "/api/v1/admin/persons", operation_id = "list_persons", tag = "persons", params(PersonParams),
    responses((status = 200, description = "A page of people.", body = PersonPage)),
    security(("bearer" = []))
)]
pub async fn list_persons(Reading(view): Reading, Params(params): Params<PersonParams>) -> Result<HttpResponse, Problem> {
    let filter = person::PersonFilter { name: params.name };
    let listing = person::list(&view, &filter, &forward(params.limit, params.after)).await?;
    let items = listing.items.iter().map(|(_, person)| person.into()).collect();
    let page = PersonPage { end_cursor: listing.end().map(str::to_owned), has_next: listing.has_next, items };
    view.clone().end().await?;
    Ok(reply(&page))
}

/// One person, without what is restricted.
#[utoipa::path(
    get, path = "/api/v1/admin/persons/{id}", operation_id = "get_person", tag = "persons",
    params(("id" = uuid::Uuid, Path, description = "The person's identifier.")),
    responses((status = 200, description = "The person.", body = PersonDetail, headers(
        ("ETag" = String, description = "The revision; a change names it as `If-Match`."),
    ))),
    security(("bearer" = []))
)]
pub async fn get_person(Reading(view): Reading, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    app::admit(view.app(), view.ctx(), Interface::Rest, "get_person", subject("person", &path)).await?;
    let found = person::by_id(&view, named(&path)?).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found).await
}

/// The person that a path names.
pub(super) fn named(path: &str) -> Result<PersonId, Problem> {
    path.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A person as it stands, with its entity tag.
async fn shown(view: View, found: &Model) -> Result<HttpResponse, Problem> {
    let posts = person::posts(&view, vec![found.id]).await?.remove(&found.id).unwrap_or_default();
    let catalogue = view.catalogue().await?;
    let posts = posts.iter().map(|post| PersonPost::of(post, catalogue)).collect();
    let body = PersonDetail { person: Person::from(found), posts };
    view.clone().end().await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{}\"", found.revision))).json(body))
}

/// The person as it is after a change.
pub(super) async fn after(push: &Push, id: PersonId) -> Result<HttpResponse, Problem> {
    let view = View::new(&push.app, push.ctx.clone());
    let found = person::by_id(&view, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    shown(view, &found).await
}

/// Writes a person down. What is restricted is sealed, and in no answer but that of an opening.
#[utoipa::path(
    post, path = "/api/v1/admin/persons", operation_id = "create_person", tag = "persons", request_body = NewPerson,
    responses((status = 201, description = "The person, without what is restricted.", body = PersonDetail, headers(
        ("Location" = String, description = "Where the person is."),
        ("ETag" = String, description = "The revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn create_person(push: Push) -> Result<HttpResponse, Problem> {
    let new: NewPerson = push.read("create_person").await?;
    let account = new.account.map(Id::from_uuid);
    let id = person::create(&push.app, &push.ctx, new.values(), account).await?;
    let mut response = after(&push, id).await?;
    *response.status_mut() = actix_web::http::StatusCode::CREATED;
    let location = header::HeaderValue::from_str(&format!("/api/v1/admin/persons/{id}")).map_err(|_| Problem::new(Code::Internal))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Changes what is kept of a person.
#[utoipa::path(
    patch, path = "/api/v1/admin/persons/{id}", operation_id = "update_person", tag = "persons", request_body = PersonChange,
    params(
        ("id" = uuid::Uuid, Path, description = "The person's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the person that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The person after it, without what is restricted.", body = PersonDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn update_person(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let change: PersonChange = push.read("update_person").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let account = match change.account {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(id) => Patch::Value(Id::from_uuid(id)),
    };
    let request = change.request.map(Id::from_uuid);
    person::update(&push.app, &push.ctx, (id, revision), person::Edit { account, request, values: change.values() }).await?;
    after(&push, id).await
}

/// Opens restricted fields of a person for a purpose. The purpose, the person and the fields are an entry of the audit log before there
/// is an answer. It is a `POST`, so that the purpose stands in no address that is logged and no cache keeps the answer.
#[utoipa::path(
    post, path = "/api/v1/admin/persons/{id}/restricted", operation_id = "read_personal_fields", tag = "persons",
    request_body = OpeningWanted, params(("id" = uuid::Uuid, Path, description = "The person's identifier.")),
    responses((status = 200, description = "The fields.", body = OpenedFields)),
    security(("bearer" = []))
)]
pub async fn read_personal_fields(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let wanted: OpeningWanted = push.read("read_personal_fields").await?;
    let wanted = person::Wanted { purpose: wanted.purpose, fields: wanted.fields, request: wanted.request.map(Id::from_uuid) };
    let opened = person::read(&push.app, &push.ctx, named(&path)?, wanted).await?;
    Ok(HttpResponse::Ok().json(OpenedFields::from(opened)))
}

/// Gives out everything that is kept of a person, what is restricted included. The purpose is an entry of the audit log before there is an
/// answer.
#[utoipa::path(
    post, path = "/api/v1/admin/persons/{id}/export", operation_id = "export_person", tag = "persons",
    request_body = ExportWanted, params(("id" = uuid::Uuid, Path, description = "The person's identifier.")),
    responses((status = 200, description = "Everything that is kept.", body = PersonExport)),
    security(("bearer" = []))
)]
pub async fn export_person(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let wanted: ExportWanted = push.read("export_person").await?;
    let (id, request) = (named(&path)?, wanted.request.map(Id::from_uuid));
    let content = person::export(&push.app, &push.ctx, id, wanted.purpose, request).await?;
    Ok(HttpResponse::Ok().json(PersonExport { content }))
}

/// Restricts the processing of a person's data, or lets it go on. Meanwhile what is internal is not shown, and what is restricted is opened
/// for a request of the person alone.
#[utoipa::path(
    put, path = "/api/v1/admin/persons/{id}/restriction", operation_id = "restrict_person", tag = "persons",
    request_body = RestrictionWanted,
    params(
        ("id" = uuid::Uuid, Path, description = "The person's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the person that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "The person after it.", body = PersonDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn restrict_person(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let wanted: RestrictionWanted = push.read("restrict_person").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let RestrictionWanted { restricted, reason, document, request } = wanted;
    let ground = person::Ground { reason, document, request: request.map(Id::from_uuid) };
    person::restrict(&push.app, &push.ctx, (id, revision), restricted, ground).await?;
    after(&push, id).await
}

/// Leaves a pseudonym of a person and nothing else in the register, for good. What documents print stays as it was published.
#[utoipa::path(
    post, path = "/api/v1/admin/persons/{id}/pseudonym", operation_id = "pseudonymise_person", tag = "persons",
    request_body = PseudonymWanted,
    params(
        ("id" = uuid::Uuid, Path, description = "The person's identifier."),
        ("If-Match" = String, Header, description = "The `ETag` of the person that the change rests on.", max_length = 2000),
    ),
    responses((status = 200, description = "What is left of the person.", body = PersonDetail, headers(
        ("ETag" = String, description = "The new revision."),
    ))),
    security(("bearer" = []))
)]
pub async fn pseudonymise_person(push: Push, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let wanted: PseudonymWanted = push.read("pseudonymise_person").await?;
    let (id, revision) = (named(&path)?, revision(&push.request)?);
    let ground = person::Ground { reason: wanted.reason, document: Some(wanted.document), request: wanted.request.map(Id::from_uuid) };
    person::pseudonymise(&push.app, &push.ctx, (id, revision), ground).await?;
    after(&push, id).await
}
