//! The proof of who calls, which every use case takes.
//! Must not be made from anything but a verified token, the absence of one, or the operator's shell.
//! What the caller may do is asked of `domain::policy`.

use std::{net::IpAddr, sync::Arc};

use domain::{
    account::{Account, AccountKind, AccountStatus, Held, SessionId},
    agency::AgencyId,
    audit::ActorKind,
    error::{Code, Refusal},
    id::IdSource,
    policy::{self, Action, Caller, Decision, Denial, ReportScope, Resource},
    programme::ProgrammeId,
};

use uuid::Uuid;

use crate::{foreign::VerifiedForeign, tokens::VerifiedToken};

/// Names one request in logs and answers; 1 to 64 characters of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new id.
    pub fn new(ids: &dyn IdSource) -> Self {
        Self(ids.next_uuid().to_string().into())
    }

    /// Takes the caller's own id when it is well-formed.
    pub fn parse(text: &str) -> Option<Self> {
        let fine = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        fine.then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Clone, Debug)]
enum Who {
    Nobody,
    Account(Arc<Account>),
    /// Known by the machine's name for them.
    Operator(Arc<str>),
}

/// From where and in which request a call comes.
#[derive(Clone, Debug)]
pub struct Origin {
    pub request_id: RequestId,
    /// Address of the client; none on the command line.
    pub network: Option<IpAddr>,
}

/// Who calls, and from where. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    who: Who,
    token: Option<Arc<str>>,
    rests_on: Option<Uuid>,
    agency: Option<Arc<str>>,
    /// Roles that the token itself brings, beside those that are granted here.
    brought: Arc<[Held]>,
    origin: Origin,
}

impl Ctx {
    /// A caller without a token.
    pub fn anonymous(origin: Origin) -> Self {
        Self { who: Who::Nobody, token: None, rests_on: None, agency: None, brought: Arc::default(), origin }
    }

    /// Whoever runs the program on its own machine.
    pub fn operator(request_id: RequestId, name: &str) -> Self {
        Self { who: Who::Operator(name.into()), ..Self::anonymous(Origin { request_id, network: None }) }
    }

    /// The account that a token was issued to, as it is stored now, with no more than the token was given for; `agency` is the
    /// code of its agency.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when the account is another one or disabled, or its agency is not the one that the token names.
    pub fn of_token(token: &VerifiedToken, account: Arc<Account>, agency: Option<Arc<str>>, origin: Origin) -> Result<Self, Refusal> {
        let is_of_agency = token.agency().is_none_or(|named| agency.as_deref() == Some(named));
        if account.id != token.subject() || account.status != AccountStatus::Active || !is_of_agency {
            return Err(Refusal::new(Code::TokenInvalid));
        }
        let scopes = account.scopes.within(token.scopes());
        let account = if scopes == account.scopes { account } else { Arc::new(Account { scopes, ..(*account).clone() }) };
        let (token, rests_on) = (Some(token.id().into()), Some(token.rests_on()));
        Ok(Self { who: Who::Account(account), token, rests_on, agency, ..Self::anonymous(origin) })
    }

    /// The account that another issuer's token stands for; `brought` are the roles among its own that the token brings.
    pub fn of_foreign(
        token: &VerifiedForeign,
        account: Arc<Account>,
        brought: Arc<[Held]>,
        agency: Option<Arc<str>>,
        origin: Origin,
    ) -> Self {
        let token = token.text("jti").map(Arc::from);
        Self { who: Who::Account(account), token, agency, brought, ..Self::anonymous(origin) }
    }

    /// The same caller with the account as it is stored now: never with more than the token was given for.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when the account is another one or disabled.
    pub fn renewed(&self, stored: Account) -> Result<Self, Refusal> {
        let Who::Account(seen) = &self.who else { return Ok(self.clone()) };
        if stored.id != seen.id || stored.status != AccountStatus::Active {
            return Err(Refusal::new(Code::TokenInvalid));
        }
        let mut held = [stored.held.as_slice(), &self.brought].concat();
        held.sort_unstable();
        held.dedup();
        // Another issuer's token names the agency as well.
        let agency = if self.rests_on.is_some() { stored.agency } else { seen.agency };
        let account = Account { scopes: stored.scopes.within(seen.scopes), held, agency, ..stored };
        Ok(Self { who: Who::Account(Arc::new(account)), ..self.clone() })
    }

    /// A caller made up by a test.
    #[cfg(feature = "testing")]
    pub fn made_up(account: Account) -> Self {
        let origin = Origin { request_id: RequestId("test".into()), network: None };
        Self { who: Who::Account(Arc::new(account)), ..Self::anonymous(origin) }
    }

    /// What the caller is called in the audit log: the login of an account, or the machine's name for its operator.
    pub fn name(&self) -> Option<&str> {
        match &self.who {
            Who::Account(account) => Some(&account.login),
            Who::Operator(name) => Some(name),
            Who::Nobody => None,
        }
    }

    /// The caller's account, if there is one.
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account(account) => Some(account),
            Who::Nobody | Who::Operator(_) => None,
        }
    }

    /// What kind of caller this is.
    pub fn actor(&self) -> ActorKind {
        match &self.who {
            Who::Nobody => ActorKind::Nobody,
            Who::Operator(_) => ActorKind::Operator,
            Who::Account(account) if account.kind == AccountKind::Service => ActorKind::Service,
            Who::Account(_) => ActorKind::User,
        }
    }

    /// `jti` of the caller's token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What the caller's token was given for: a session, a secret or a key. Tokens of other issuers rest on nothing here.
    pub fn rests_on(&self) -> Option<Uuid> {
        self.rests_on
    }

    /// The session that a person's token belongs to.
    pub fn session(&self) -> Option<SessionId> {
        self.rests_on.filter(|_| self.actor() == ActorKind::User).map(SessionId::from_uuid)
    }

    /// Code of the agency that the caller speaks for.
    pub fn agency(&self) -> Option<&str> {
        self.agency.as_deref()
    }

    /// From where the call comes.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The request.
    pub fn request_id(&self) -> &RequestId {
        &self.origin.request_id
    }

    fn caller(&self) -> Caller<'_> {
        match &self.who {
            Who::Nobody => Caller::Nobody,
            Who::Account(account) => Caller::Account(account),
            Who::Operator(_) => Caller::Operator,
        }
    }

    /// Asks the policy whether the caller may do this at all.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when nobody is signed in, else `FORBIDDEN`.
    pub fn allow(&self, action: Action) -> Result<(), Refusal> {
        self.allow_on(action, &Resource::default()).map(|_| ())
    }

    /// Asks the policy whether the caller may do this to something.
    ///
    /// # Errors
    /// As [`Ctx::allow`], and `OWN_MATTER`.
    pub fn allow_on(&self, action: Action, on: &Resource) -> Result<Decision, Refusal> {
        policy::decide(self.caller(), action, on).map_err(|denial| {
            Refusal::new(match denial {
                Denial::NotSignedIn => Code::Unauthenticated,
                Denial::NoRole => Code::Forbidden,
                Denial::NoScope => Code::ScopeInsufficient,
                Denial::OwnMatter => Code::OwnMatter,
            })
        })
    }

    /// The agencies for which the caller may do this in a programme, by its grants; its own agency needs a grant as well.
    pub fn agencies_for(&self, action: Action, programme: Option<ProgrammeId>) -> Vec<AgencyId> {
        policy::agencies_for(self.caller(), action, programme)
    }

    /// Which reports the caller may know of.
    pub fn report_scope(&self) -> ReportScope {
        policy::report_scope(self.caller())
    }

    /// Which deliverables, besides public ones, the caller may know of.
    pub fn deliverable_scope(&self) -> ReportScope {
        policy::deliverable_scope(self.caller())
    }

    /// Which obligations, with their notices, the caller may know of.
    pub fn obligation_scope(&self) -> ReportScope {
        policy::obligation_scope(self.caller())
    }

    /// Whether the caller may know of files of documents that are not published.
    pub fn reads_internal_files(&self) -> bool {
        policy::reads_internal_files(self.caller())
    }

    /// Which meetings, besides published ones, the caller may know of.
    pub fn meeting_scope(&self) -> ReportScope {
        policy::meeting_scope(self.caller())
    }

    /// Of which programmes the caller may know what waits for an owner.
    pub fn succession_scope(&self) -> ReportScope {
        policy::succession_scope(self.caller())
    }

    /// For whose calendars the caller may make links.
    pub fn calendar_scope(&self) -> ReportScope {
        policy::calendar_scope(self.caller())
    }

    /// Whose webhooks the caller may keep.
    pub fn webhook_scope(&self) -> ReportScope {
        policy::webhook_scope(self.caller())
    }

    /// Of which agencies the caller may know who took part in trainings.
    pub fn participation_scope(&self) -> ReportScope {
        policy::participation_scope(self.caller())
    }

    /// Which lines of the budget, with their movements, the caller may know of.
    pub fn budget_scope(&self) -> ReportScope {
        policy::budget_scope(self.caller())
    }

    /// Of which reports and obligations the caller is told what happened.
    pub fn change_scope(&self) -> ReportScope {
        policy::change_scope(self.caller())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_cannot_break_a_log_line() {
        assert!(RequestId::parse("0199b2a0-0000.7_x").is_some());
        for bad in ["", "a b", "a\nb", "é", &"x".repeat(65)] {
            assert!(RequestId::parse(bad).is_none(), "{bad:?}");
        }
    }
}
