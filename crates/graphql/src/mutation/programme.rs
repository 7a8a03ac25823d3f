//! Amending programmes.
//! Must not decide anything; the field asks one use case.
//! The use case is `app::import::amend`.

use app::import::{AmendmentDraft, amend};
use async_graphql::{Context, InputObject, Json, Object, Result, SimpleObject};
use chrono::NaiveDate;

use super::{Problem, admitted, settled};
use crate::types::version::RecordedAmendment;

/// A change of a programme by a document.
#[derive(InputObject)]
pub struct AmendmentInput {
    /// Number or identifier of the document.
    basis: String,
    /// The first day on which it holds.
    effective_on: NaiveDate,
    /// Where in the document it stands.
    section: Option<String>,
    /// Verbatim.
    quote: Option<String>,
    /// The programme as amended, as a programme file says it.
    programme: Json<serde_json::Value>,
}

/// What came of an amendment.
#[derive(SimpleObject)]
struct AmendmentPayload {
    recorded: Option<RecordedAmendment>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct ProgrammeMutation;

#[Object]
impl ProgrammeMutation {
    /// Amends a programme by a document from a day on, or, as a dry run, shows what that would change and keeps nothing.
    async fn amend_programme(
        &self,
        ctx: &Context<'_>,
        code: String,
        input: AmendmentInput,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<AmendmentPayload> {
        let view = admitted(ctx, "amendProgramme").await?;
        let AmendmentInput { basis, effective_on, section, quote, programme } = input;
        let draft = AmendmentDraft { basis, effective_on, section, quote, file: serde_json::to_vec(&programme.0)? };
        let done = amend(view.app(), view.ctx(), code, draft, dry_run).await;
        Ok(match settled(done)? {
            Ok(recorded) => AmendmentPayload { recorded: Some(RecordedAmendment(recorded)), problem: None },
            Err(problem) => AmendmentPayload { recorded: None, problem: Some(problem) },
        })
    }
}
