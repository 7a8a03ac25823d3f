//! `/api/v1/charts`: figures as pictures and as tables to keep.
//! Must not draw or write a file here; that is the crate `charts`.
//! The use case is `app::chart`.

use actix_web::{HttpResponse, http::header, web};
use app::{Error, chart};
use charts::NotDrawn;
use domain::{
    chart::{Chart as Figures, ChartName},
    error::Code,
};

use crate::{
    dto::{
        chart::{Chart, ChartEntry, ChartList, ChartParams},
        regime::Workbook,
    },
    extract::{Params, Reading},
    problem::Problem,
    template::{CSV, XLSX},
};

/// Nothing in a drawing runs or loads anything.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The charts there are, and by what each can be told.
#[utoipa::path(
    get, path = "/api/v1/charts", operation_id = "list_charts", tag = "charts",
    responses((status = 200, description = "Every chart.", body = ChartList)),
    security((), ("bearer" = []))
)]
pub async fn list_charts(Reading(view): Reading) -> Result<HttpResponse, Problem> {
    view.end().await?;
    Ok(HttpResponse::Ok().json(ChartList { items: ChartName::ALL.iter().map(|name| ChartEntry::of(*name)).collect() }))
}

/// A chart: as a picture (`svg`, `png`), as a table (`csv`, `xlsx`), or as `json`, with the same figures in each.
///
/// Pictures carry their title, unit, day and source; an SVG also tells in words what it shows (`<title>`, `<desc>`), and `json` has these
/// words for the `alt` of a PNG. What is not recorded is never drawn as nought; figures of fewer than five people are not shown.
#[utoipa::path(
    get, path = "/api/v1/charts/{file}", operation_id = "get_chart", tag = "charts",
    params(
        ("file" = String, Path, description = "Name and form, e.g. `tasks.svg`; `GET /api/v1/charts` tells the names.", max_length = 64,
            pattern = "^[a-z-]+\\.(svg|png|csv|xlsx|json)$", example = "tasks.svg"),
        ChartParams,
    ),
    responses((status = 200, description = "The chart.", content(
        (String = "image/svg+xml"), (Workbook = "image/png"), (String = "text/csv"),
        (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Chart = "application/json"),
    ))),
    security((), ("bearer" = []))
)]
pub async fn get_chart(
    Reading(view): Reading,
    Params(params): Params<ChartParams>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let nothing = || Problem::new(Code::NotFound);
    let (name, form) = path.rsplit_once('.').ok_or_else(nothing)?;
    let name: ChartName = name.parse().map_err(|_| nothing())?;
    if !["svg", "png", "csv", "xlsx", "json"].contains(&form) {
        return Err(nothing());
    }
    let has_mark = params.bom.unwrap_or(false);
    let figures = chart::chart(&view, name, &params.into()).await?;
    view.end().await?;
    if form == "json" {
        return Ok(HttpResponse::Ok().json(Chart::of(&figures)));
    }
    let form = form.to_owned();
    let file = path.into_inner();
    let drawn = web::block(move || sent(&figures, &form, has_mark)).await;
    let (kind, bytes) =
        drawn.map_err(|_| Error::Internal("a chart was not drawn"))?.map_err(|_| Error::Internal("a chart cannot be drawn"))?;
    let mut response = HttpResponse::Ok();
    response.content_type(kind).insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX));
    let is_picture = kind.starts_with("image/");
    let shown = if is_picture { "inline" } else { "attachment" };
    response.insert_header((header::CONTENT_DISPOSITION, format!("{shown}; filename=\"{file}\"")));
    Ok(response.body(bytes))
}

/// The bytes of a form with their media type.
fn sent(figures: &Figures, form: &str, has_mark: bool) -> Result<(&'static str, Vec<u8>), NotDrawn> {
    Ok(match form {
        "csv" => (CSV, charts::csv(figures, has_mark)?),
        "xlsx" => (XLSX, charts::xlsx(figures)?),
        "png" => ("image/png", charts::png(&charts::svg(figures)?)?),
        _ => ("image/svg+xml", charts::svg(figures)?.into_bytes()),
    })
}
