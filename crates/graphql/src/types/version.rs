//! Versions of a programme, and how each differs from the one before.
//! Must not compare anything; the differences are those that were recorded.
//! See `app::version` and `app::import`.

use app::{import::Amended, version::differences};
use async_graphql::{Context, Json, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::amendment::Version;
use serde_json::Value;

use super::{document, programme};
use crate::{
    error::failure,
    mutation::InputFault,
    types::{document::Document, programme::Programme},
};

/// A version of a programme: as signed, or as amended by a document.
pub struct ProgrammeVersion(pub Version);

/// A version of a programme: as signed, or as amended by a document.
#[Object]
impl ProgrammeVersion {
    /// From 1, which is the programme as signed.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The first day on which it holds.
    async fn effective_on(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn ended_on(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// Where in the document it stands.
    async fn section(&self) -> Option<&str> {
        self.0.amendment.as_ref()?.section.as_deref()
    }

    /// Verbatim.
    async fn quote(&self) -> Option<&str> {
        self.0.amendment.as_ref()?.quote.as_deref()
    }

    /// How it differs from the version before, row by row.
    async fn changes(&self) -> Result<Vec<AmendedRow>> {
        Ok(differences(&self.0).map_err(|error| failure(&error))?.iter().map(changed).collect())
    }
}

/// A row that differs between two versions.
#[derive(SimpleObject)]
pub struct AmendedRow {
    /// programme, taskGroup, objective, task, assignment, occurrence, target, measure, measureTask, measureTarget, responsibility,
    /// responsibilityAgency, agency, agencyVersion, agencyAlias.
    subject: String,
    /// By codes, for example "II.3".
    key: String,
    /// ADDED, CHANGED or REMOVED.
    change: String,
    /// What differs of a row that was changed; empty for one that was added or removed.
    fields: Vec<AmendedField>,
}

/// What a field said before and says now.
#[derive(SimpleObject)]
pub struct AmendedField {
    /// Name of the field as it is stored, for example `title` or `due_year`.
    field: String,
    /// What it said; null where nothing was said.
    before: Json<Value>,
    /// What it says; null where nothing is said.
    after: Json<Value>,
}

fn changed(change: &Value) -> AmendedRow {
    let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
    let field =
        |(name, pair): (&String, &Value)| AmendedField { field: name.clone(), before: Json(pair[0].clone()), after: Json(pair[1].clone()) };
    let fields = change["fields"].as_object().map(|fields| fields.iter().map(field).collect()).unwrap_or_default();
    AmendedRow { subject: text("subject"), key: text("key"), change: text("change"), fields }
}

/// An amendment, and all that it changes.
pub struct RecordedAmendment(pub Amended);

/// An amendment, and all that it changes.
#[Object]
impl RecordedAmendment {
    /// The programme as it is in force.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.programme).await
    }

    /// Of the version that it makes.
    async fn version(&self) -> i32 {
        self.0.number
    }

    /// The first day on which it holds.
    async fn effective_on(&self) -> NaiveDate {
        self.0.effective_on
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// False for a preview: nothing was stored.
    async fn applied(&self) -> bool {
        self.0.applied
    }

    /// How the programme differs from the version before, row by row.
    async fn changes(&self) -> Result<Vec<AmendedRow>> {
        let value = serde_json::to_value(&self.0.changes)?;
        Ok(value.as_array().map(|changes| changes.iter().map(changed).collect()).unwrap_or_default())
    }

    /// Obligations that are owed no more from the day on.
    async fn excluded_obligations(&self) -> usize {
        self.0.excluded_obligations
    }

    /// Obligations that an earlier change had excluded and that are owed again.
    async fn readmitted_obligations(&self) -> usize {
        self.0.readmitted_obligations
    }

    /// What it gives to agencies that are not there: each waits in the queue until a successor is named, or names nobody who acts.
    async fn warnings(&self) -> Vec<InputFault> {
        self.0.warnings.iter().map(Into::into).collect()
    }
}
