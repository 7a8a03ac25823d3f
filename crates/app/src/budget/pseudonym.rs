//! Leaving a pseudonym of whoever gave money under a typed name, for good.
//! Must not keep the name anywhere, the audit log included; money and lines stay as they are.
//! People of the register are `person::rights`, agencies keep their names.

use auth::Ctx;
use domain::{
    error::{Code, Fault, Refusal},
    person::{PersonId, pseudonym},
    policy::Action,
    text,
};
use persistence::{Conn, budget as stored};
use serde_json::json;

use crate::{
    App, Error,
    audit::{Deed, record, watched},
    document::named_in,
    identity::current,
    words,
};

const OPERATION: &str = "pseudonymise_budget_contributor";
const MAX_REASON: usize = 500;

/// Who is to be known by a pseudonym from now on, and why.
#[derive(Clone, Debug)]
pub struct ContributorToHide {
    /// As it stands on lines.
    pub name: String,
    pub reason: String,
    /// Number or identifier of the document on which it rests.
    pub document: String,
}

/// What is left of the name.
#[derive(Clone, Debug)]
pub struct HiddenContributor {
    pub pseudonym: String,
    /// How many lines had the name.
    pub lines: usize,
}

/// Puts one pseudonym in the place of a typed contributor on every line.
///
/// # Errors
/// `FORBIDDEN`; `BODY_INVALID` without a reason or a document, and where no line has the name.
pub async fn pseudonymise(app: &App, ctx: &Ctx, wanted: ContributorToHide) -> Result<HiddenContributor, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::PseudonymiseContributors)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| hide(&app_, conn, &ctx_, &wanted)).await
    })
    .await
}

fn hide(app: &App, conn: &mut Conn, ctx: &Ctx, wanted: &ContributorToHide) -> Result<HiddenContributor, Error> {
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::PseudonymiseContributors)?;
    let mut faults = Vec::new();
    let reason = words::read_among("/reason", &wanted.reason, MAX_REASON, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    let document = named_in(conn, "/document", wanted.document.trim())?;
    let id: PersonId = app.0.ids.next();
    let pseudonym = pseudonym(id);
    let lines = stored::rename_contributor(conn, &text::normalise(wanted.name.trim()), &pseudonym)?;
    if lines == 0 {
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/name", Code::ReferenceUnknown)]).into());
    }
    let after = json!({"pseudonym": pseudonym, "lines": lines, "reason": reason, "document": document.to_string()});
    record(app, conn, ctx, Deed::new(OPERATION).with(json!({ "after": after })))?;
    Ok(HiddenContributor { pseudonym, lines })
}
