//! What became of an operation, as it is written down.
//! Must not have a data entry where nothing was executed: readers tell by it whether to look at the errors alone.
//! Errors get their codes in `error`.

use async_graphql::{ServerError, Value};
use domain::error::Code;
use serde::Serialize;

use crate::error;

/// What became of an operation.
#[derive(Debug, Serialize)]
pub struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    /// Nothing where the operation was refused before anything of it was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

impl Answer {
    pub(crate) fn new(mut errors: Vec<ServerError>, data: Option<Value>) -> Self {
        errors.iter_mut().for_each(error::with_code);
        Self { errors, data }
    }

    pub(crate) fn refused(error: ServerError) -> Self {
        Self::new(vec![error], None)
    }

    /// Why the operation was not executed; nothing where it was.
    pub fn refusal(&self) -> Option<Code> {
        let Self { errors, data: None } = self else { return None };
        let code = errors.first()?.extensions.as_ref()?.get("code")?;
        let Value::String(label) = code else { return Some(Code::Internal) };
        Some(Code::ALL.iter().copied().find(|code| code.label() == label).unwrap_or(Code::Internal))
    }
}
