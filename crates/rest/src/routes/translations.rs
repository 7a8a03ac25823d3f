//! `/api/v1/admin/translations`: what names, titles and public texts are in other languages.
//! Must not change a Vietnamese text.
//! The use cases are `app::translation`, the table is `dto::translation`.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{
    App,
    translation::{self, NewTranslation},
};
use domain::{
    error::{Code, Refusal},
    lang::Lang,
};
use uuid::Uuid;

use crate::{
    dto::translation::{ImportParams, TranslationBody, TranslationParams, TranslationsWritten, rows, table},
    extract::{Caller, Params, Push, Reading, admit, media_among},
    problem::{Problem, ProblemDocument},
};

fn language(tag: &str) -> Result<Lang, Problem> {
    Lang::ALL.iter().copied().find(|lang| *lang != Lang::Vi && lang.tag() == tag).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Every text that is translated, with what it is in a language, as CSV in UTF-8: kind, code, subject, source, text, state, stale,
/// standing (the Vietnamese words that stand, where they are others), editor (an account; nobody for what a file brought), editedAt.
#[utoipa::path(
    get, path = "/api/v1/admin/translations/{lang}", operation_id = "export_translations", tag = "administration",
    params(("lang" = String, Path, description = "`en`, `fr`, `zh` or `ja`.", max_length = 8), TranslationParams),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv", headers(
            ("Content-Disposition" = String, description = "A file to keep, with its name."),
        )),
        (status = 404, description = "There is no such language.", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn export_translations(
    Reading(view): Reading,
    path: web::Path<String>,
    Params(params): Params<TranslationParams>,
) -> Result<HttpResponse, Problem> {
    let lang = language(&path)?;
    let texts = translation::texts(&view, params.kinds(), lang).await?;
    view.clone().end().await?;
    let bytes = table(&texts, params.bom.unwrap_or(false)).map_err(|_| Problem::new(Code::Internal))?;
    let name = format!("attachment; filename=\"translations-{}.csv\"", lang.tag());
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header((header::CONTENT_DISPOSITION, name)).body(bytes))
}

/// Writes the translations of a table with the columns `subject`, `text`, `state` and `source`, all or none; rows without a text are left
/// out. Faults are told by line and column, e.g. `/12/state`.
#[utoipa::path(
    post, path = "/api/v1/admin/translations/{lang}", operation_id = "import_translations", tag = "administration",
    request_body(content = String, content_type = "text/csv"),
    params(("lang" = String, Path, description = "`en`, `fr`, `zh` or `ja`.", max_length = 8), ImportParams),
    responses((status = 200, description = "What became of them.", body = TranslationsWritten)),
    security(("bearer" = []))
)]
pub async fn import_translations(
    push: Push,
    request: HttpRequest,
    path: web::Path<String>,
    Params(params): Params<ImportParams>,
) -> Result<HttpResponse, Problem> {
    push.admit("import_translations").await?;
    media_among(&request, &[("text/csv", ())], &["header=present"])?;
    let (lang, dry_run) = (language(&path)?, params.dry_run.unwrap_or(false));
    let written = translation::put(&push.app, &push.ctx, lang, rows(&push.bytes)?, dry_run).await?;
    Ok(HttpResponse::Ok().json(TranslationsWritten::of(written, dry_run)))
}

/// Writes one translation over what is there.
#[utoipa::path(
    put, path = "/api/v1/admin/translations/{lang}/{subject}", operation_id = "put_translation", tag = "administration",
    request_body = TranslationBody,
    params(
        ("lang" = String, Path, description = "`en`, `fr`, `zh` or `ja`.", max_length = 8),
        ("subject" = Uuid, Path, description = "What the text is of; of agencies the version that has the name."),
    ),
    responses((status = 200, description = "What became of it.", body = TranslationsWritten)),
    security(("bearer" = []))
)]
pub async fn put_translation(push: Push, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let body: TranslationBody = push.read("put_translation").await?;
    let (lang, subject) = named(&path)?;
    let TranslationBody { text, state, source } = body;
    let row = NewTranslation { at: String::new(), subject, text, state, source };
    let written = translation::put(&push.app, &push.ctx, lang, vec![row], false).await?;
    Ok(HttpResponse::Ok().json(TranslationsWritten::of(written, false)))
}

/// Takes a translation away; the text is given in Vietnamese from then on.
#[utoipa::path(
    delete, path = "/api/v1/admin/translations/{lang}/{subject}", operation_id = "remove_translation", tag = "administration",
    params(
        ("lang" = String, Path, description = "`en`, `fr`, `zh` or `ja`.", max_length = 8),
        ("subject" = Uuid, Path, description = "What the text is of; of agencies the version that has the name."),
    ),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []))
)]
pub async fn remove_translation(
    Caller(ctx): Caller,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    admit(&app, &ctx, &request, "remove_translation").await?;
    let (lang, subject) = named(&path)?;
    translation::remove(&app, &ctx, subject, lang).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn named(path: &(String, String)) -> Result<(Lang, Uuid), Problem> {
    let subject = Uuid::parse_str(&path.1).map_err(|_| Refusal::new(Code::NotFound))?;
    Ok((language(&path.0)?, subject))
}
