//! Amending programmes, and confirming how defects of their texts are read.
//! Must not decide anything; each field asks one use case.
//! The use cases are `app::import::amend` and `app::reading`.

use app::{
    import::{AmendmentDraft, amend},
    place::NewPlace,
    reading::{self, NewConfirmation},
};
use async_graphql::{Context, ID, InputObject, Json, Object, Result, SimpleObject};
use chrono::NaiveDate;

use super::{Problem, admitted, admitted_on, after, settled};
use crate::types::{known_issue::KnownIssue, version::RecordedAmendment};

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
    /// The amendment; of a dry run, what it would be.
    recorded: Option<RecordedAmendment>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// Who answers for a reading; the account says who they are.
#[derive(InputObject)]
pub struct ReadingConfirmationInput {
    /// Today where nothing is said.
    confirmed_on: Option<NaiveDate>,
    /// In which post.
    post: Option<String>,
    /// Number or identifier of a document that says so.
    basis: Option<String>,
    /// Where in the document it stands.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
    /// Shown to those alone who have a role in the programme.
    remark: Option<String>,
}

/// What came of confirming a reading.
#[derive(SimpleObject)]
struct ReadingPayload {
    /// With the confirmation; null where nothing was done.
    issue: Option<KnownIssue>,
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

    /// Confirms how a defect of a decision's text is read: whoever asks answers for it from then on.
    async fn confirm_reading(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the programme.")] programme: String,
        #[graphql(desc = "Identifier of the defect.")] issue: ID,
        input: ReadingConfirmationInput,
    ) -> Result<ReadingPayload> {
        let view = admitted_on(ctx, "confirmReading", "known_issue", &issue).await?;
        let ReadingConfirmationInput { confirmed_on, post, basis, section, quote, remark } = input;
        let new = NewConfirmation { on: confirmed_on, post, basis, place: NewPlace { section, quote }, remark };
        let done = reading::confirm(view.app(), view.ctx(), programme, issue.0, new).await;
        Ok(match settled(done)? {
            Ok(confirmed) => {
                after(ctx).await?;
                ReadingPayload { issue: Some((&confirmed).into()), problem: None }
            }
            Err(problem) => ReadingPayload { issue: None, problem: Some(problem) },
        })
    }
}
