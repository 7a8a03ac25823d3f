//! What became of an operation, as it is written down.
//! Must not have a data entry where nothing was executed: readers tell by it whether to look at the errors alone.
//! Errors get their codes in `error`.

use async_graphql::{ServerError, Value};
use domain::error::Code;
use serde::Serialize;

use crate::error;

/// What became of an operation.
#[derive(Debug)]
pub struct Answer {
    told: Told,
    /// All of it as it is written down, where that is done already; what was read is not kept beside it.
    text: Option<Box<str>>,
}

#[derive(Debug, Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    /// Nothing where the operation was refused before anything of it was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Box<Extensions>>,
}

/// What is told beside an answer.
#[derive(Debug, Serialize)]
struct Extensions {
    cost: Cost,
}

/// What an operation cost its caller.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Cost {
    /// Values of the answer, as estimated from the document and its variables.
    pub estimated: u64,
    /// What the estimate may be at most for this caller.
    pub limit: u32,
    /// For how many requests of its minute the operation counts.
    pub requests: u32,
    /// Entries of lists that were read.
    pub entries: usize,
}

impl Answer {
    pub(crate) fn new(mut errors: Vec<ServerError>, data: Option<Value>) -> Self {
        errors.iter_mut().for_each(error::with_code);
        Self { told: Told { errors, data, extensions: None }, text: None }
    }

    pub(crate) fn at(mut self, cost: Cost) -> Self {
        self.told.extensions = Some(Box::new(Extensions { cost }));
        self
    }

    pub(crate) fn refused(error: ServerError) -> Self {
        Self::new(vec![error], None)
    }

    /// Writes it down now, where that takes long.
    pub(crate) fn written(mut self) -> Self {
        self.text = serde_json::to_string(&self.told).ok().map(String::into_boxed_str);
        if self.text.is_some() && self.told.data.is_some() {
            self.told.data = Some(Value::Null);
        }
        self
    }

    /// As it is written down.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn into_text(self) -> serde_json::Result<String> {
        self.text.map_or_else(|| serde_json::to_string(&self.told), |text| Ok(text.into_string()))
    }

    /// What failed, as it is written down.
    pub fn errors(&self) -> serde_json::Value {
        serde_json::to_value(&self.told.errors).unwrap_or_default()
    }

    /// Whether anything of it failed.
    pub fn has_errors(&self) -> bool {
        !self.told.errors.is_empty()
    }

    /// Why the operation was not executed; nothing where it was.
    pub fn refusal(&self) -> Option<Code> {
        let Told { errors, data: None, .. } = &self.told else { return None };
        let code = errors.first()?.extensions.as_ref()?.get("code")?;
        let Value::String(label) = code else { return Some(Code::Internal) };
        Some(Code::ALL.iter().copied().find(|code| code.label() == label).unwrap_or(Code::Internal))
    }
}
