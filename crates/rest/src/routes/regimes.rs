//! `/api/v1/regimes/{code}/template`: tables to fill in and send as a batch.
//! Must not make the files here; that is `template`.
//! The use case is `app::calendar`.

use actix_web::{HttpResponse, http::header, web};
use app::{Error, calendar};
use domain::error::Code;

use crate::{
    dto::regime::{TemplateParams, Workbook},
    extract::{Params, Reading},
    problem::Problem,
    template,
};

/// A table whose columns are those of a regime: its outline and its data form. Filled in, it goes through `/api/v1/reports/batch` as
/// it is.
#[utoipa::path(
    get, path = "/api/v1/regimes/{code}/template", operation_id = "get_regime_template", tag = "reports",
    params(("code" = String, Path, description = "Code of the regime.", max_length = 64), TemplateParams),
    responses((status = 200, description = "The template.", content(
        (String = "text/csv"),
        (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ), headers(("Content-Disposition" = String, description = "A file to keep, with its name.")))),
    security((), ("bearer" = []))
)]
pub async fn get_regime_template(
    Reading(view): Reading,
    Params(params): Params<TemplateParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let regime = calendar::regime(&view, &path).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    view.end().await?;
    let is_csv = params.format.as_deref() == Some("CSV");
    let made = if is_csv { template::csv(&regime) } else { template::xlsx(&regime).map(|Workbook(bytes)| bytes) };
    let bytes = made.ok_or(Error::Internal("a template cannot be written"))?;
    let (kind, ending) = if is_csv { (template::CSV, "csv") } else { (template::XLSX, "xlsx") };
    let name: String = regime.code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')).collect();
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")))
        .body(bytes))
}
