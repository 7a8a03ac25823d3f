//! Grants: giving a role to an account and withdrawing it.
//! Must not give the caller anything, and never forgets what was given.
//! What a role may do is `domain::policy`.

use std::collections::HashMap;

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    account::{AccountId, Grant, GrantId, Held, Role, RoleScope},
    document::DocumentId,
    error::{Code, Fault, Refusal},
    policy::Action,
    validity::Validity,
};
use persistence::{Conn, DbError, grant};
use serde_json::{Value, json};

use super::{existing, may_manage, still_managing};
use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
};

/// A role to give.
#[derive(Clone, Debug)]
pub struct GrantDraft {
    pub role: Role,
    /// Code; needed for the roles of agencies, and for those only.
    pub agency: Option<String>,
    /// Code; in all programmes where there is none.
    pub programme: Option<String>,
    pub terms: Terms,
}

/// For how long a role is given, and on what ground.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// First day after.
    pub valid_to: Option<NaiveDate>,
    /// The document that it rests on.
    pub basis: Option<DocumentId>,
}

impl Terms {
    pub(super) fn fault(&self, today: NaiveDate) -> Option<Fault> {
        if self.valid_from.zip(self.valid_to).is_some_and(|(from, to)| from >= to) {
            return Some(Fault::new("/validTo", Code::PeriodInconsistent));
        }
        // A role that is over before it is given would only look like one that was held.
        let words = ("Thời hạn này đã hết trước khi vai trò được giao.", "This role would be over before it is given.");
        self.valid_to.is_some_and(|to| to <= today).then(|| Fault::worded("/validTo", Code::RuleBroken, words.0, words.1))
    }

    /// Adds them to what the audit log is told.
    pub(super) fn tell(&self, after: &mut Value) {
        after["validFrom"] = json!(self.valid_from);
        after["validTo"] = json!(self.valid_to);
        after["basis"] = json!(self.basis.map(|id| id.to_string()));
    }
}

/// Every grant that an account ever had, the newest first.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn grants(view: &View, account: AccountId) -> Result<Vec<Grant>, Error> {
    Ok(grants_of(view, vec![account]).await?.remove(&account).unwrap_or_default())
}

/// Every grant that each of these accounts ever had, the newest first.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn grants_of(view: &View, accounts: Vec<AccountId>) -> Result<HashMap<AccountId, Vec<Grant>>, Error> {
    view.ctx().allow(Action::ReadAccounts)?;
    view.read(move |conn| grant::of_accounts(conn, &accounts)).await
}

/// Gives a role to an account.
///
/// # Errors
/// `NOT_FOUND`, `OWN_MATTER`, `BODY_INVALID` with every fault, `ALREADY_EXISTS` for one that is held already.
pub async fn give(app: &App, ctx: &Ctx, account: AccountId, draft: GrantDraft) -> Result<GrantId, Error> {
    watched(app, ctx, Deed::new("create_grant").on("account", account), async {
        may_manage(ctx, account)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| -> Result<GrantId, Error> { insert(&app_, conn, &ctx_, account, &draft) }).await
    })
    .await
}

/// What a draft gives, or every fault of it.
pub(super) fn judged(catalogue: &Catalogue, draft: &GrantDraft, today: NaiveDate) -> Result<(Held, Validity), Vec<Fault>> {
    let mut faults = Vec::new();
    let agency = draft.agency.as_ref().map(|code| (code, catalogue.agency_by_code(code).map(|agency| agency.id)));
    let programme = draft.programme.as_ref().map(|code| (code, catalogue.programme_by_code(code).map(|programme| programme.id)));
    for (pointer, unknown) in [("/agency", matches!(agency, Some((_, None)))), ("/programme", matches!(programme, Some((_, None))))] {
        if unknown {
            faults.push(Fault::new(pointer, Code::ReferenceUnknown));
        }
    }
    match (draft.role.scope(), &draft.agency) {
        (RoleScope::Agency, None) => faults.push(Fault::new("/agency", Code::FieldRequired)),
        (RoleScope::Programme | RoleScope::Service, Some(_)) => {
            let words = ("Vai trò này không gắn với một cơ quan.", "This role is not held for an agency.");
            faults.push(Fault::worded("/agency", Code::RuleBroken, words.0, words.1));
        }
        _ => {}
    }
    if draft.role.scope() == RoleScope::Service && draft.programme.is_some() {
        let words = ("Vai trò này không gắn với một chương trình.", "This role is not held for a programme.");
        faults.push(Fault::worded("/programme", Code::RuleBroken, words.0, words.1));
    }
    faults.extend(draft.terms.fault(today));
    if !faults.is_empty() {
        return Err(faults);
    }
    let held = Held { role: draft.role, agency: agency.and_then(|(_, id)| id), programme: programme.and_then(|(_, id)| id) };
    Ok((held, Validity { from: draft.terms.valid_from, to: draft.terms.valid_to }))
}

/// Stores what was judged.
pub(super) fn keep(
    app: &App,
    conn: &mut Conn,
    account: AccountId,
    (held, validity): (Held, Validity),
    basis: Option<DocumentId>,
) -> Result<GrantId, Error> {
    let new = Grant { id: app.0.ids.next(), account, held, validity, basis, created_at: app.0.clock.now(), revoked_at: None };
    grant::insert(conn, &new).map_err(|error| match error {
        DbError::ForeignKey(_) => super::invalid("/basis", Code::ReferenceUnknown),
        other => other.into(),
    })?;
    Ok(new.id)
}

fn insert(app: &App, conn: &mut Conn, ctx: &Ctx, account: AccountId, draft: &GrantDraft) -> Result<GrantId, Error> {
    let ctx = &still_managing(app, conn, ctx, Some(account))?;
    existing(app, conn, account)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let today = app.0.clock.today();
    let (held, validity) = judged(&catalogue, draft, today).map_err(|faults| Refusal::with_faults(Code::BodyInvalid, faults))?;
    let open = |grant: &&Grant| grant.revoked_at.is_none() && grant.validity.to.is_none_or(|to| today < to);
    if grant::of_account(conn, account)?.iter().filter(open).any(|grant| grant.held == held && grant.validity == validity) {
        return Err(Refusal::new(Code::AlreadyExists).into());
    }
    let id = keep(app, conn, account, (held, validity), draft.terms.basis)?;
    let mut after = json!({"grant": id.to_string(), "role": draft.role.label(), "agency": draft.agency, "programme": draft.programme});
    draft.terms.tell(&mut after);
    record(app, conn, ctx, Deed::new("create_grant").on("account", account).with(json!({ "after": after })))?;
    Ok(id)
}

/// What the audit log is told of a grant.
fn told(catalogue: &Catalogue, grant: &Grant) -> Value {
    let programme = grant.held.programme.and_then(|id| catalogue.programme(id)).map(|programme| programme.code.to_string());
    let mut told = json!({"grant": grant.id.to_string(), "role": grant.held.role.label(),
                          "agency": catalogue.agency_code(grant.held.agency).as_deref(), "programme": programme});
    Terms { valid_from: grant.validity.from, valid_to: grant.validity.to, basis: grant.basis }.tell(&mut told);
    told
}

/// Withdraws a grant of an account at once.
///
/// # Errors
/// `NOT_FOUND` when the account has none such, or it was withdrawn before; `OWN_MATTER`.
pub async fn withdraw(app: &App, ctx: &Ctx, account: AccountId, id: GrantId) -> Result<(), Error> {
    watched(app, ctx, Deed::new("revoke_grant").on("account", account), async {
        may_manage(ctx, account)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0
            .db
            .write(move |conn| -> Result<(), Error> {
                let ctx = still_managing(&app_, conn, &ctx_, Some(account))?;
                let nothing = || Error::from(Refusal::new(Code::NotFound));
                let grant = grant::by_id(conn, id)?.filter(|grant| grant.account == account).ok_or_else(nothing)?;
                if !grant::revoke(conn, id, app_.0.clock.now())? {
                    return Err(nothing());
                }
                let catalogue = app_.0.catalogue.current(conn)?;
                let before = told(&catalogue, &grant);
                Ok(record(&app_, conn, &ctx, Deed::new("revoke_grant").on("account", account).with(json!({ "before": before })))?)
            })
            .await
    })
    .await
}
