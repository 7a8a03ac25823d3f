//! Templates of reporting regimes: what is asked for, and what is given.
//! Must not repeat what GraphQL tells of them.
//! The files are made in `template`.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TemplateParams {
    /// XLSX where nothing is asked.
    #[param(pattern = "^(CSV|XLSX)$", max_length = 8)]
    pub format: Option<String>,
}

/// An XLSX workbook.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Workbook(pub Vec<u8>);
