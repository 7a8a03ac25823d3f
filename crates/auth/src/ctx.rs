//! The proof of who calls, which every use case takes.
//! Must not be made from anything but a verified token, the absence of one, or the operator's shell.
//! What the caller may do is asked of `domain::policy`.

use std::sync::Arc;

use domain::{
    account::{Account, AccountStatus},
    error::{Code, Refusal},
    id::IdSource,
    policy::{self, Action, Caller, Denial, ReportScope},
};

use crate::tokens::VerifiedToken;

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
    Operator,
}

/// Who calls, and in which request. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    who: Who,
    request_id: RequestId,
}

impl Ctx {
    /// A caller without a token.
    pub fn anonymous(request_id: RequestId) -> Self {
        Self { who: Who::Nobody, request_id }
    }

    /// Whoever runs the program on its own machine.
    pub fn operator(request_id: RequestId) -> Self {
        Self { who: Who::Operator, request_id }
    }

    /// The account that a token was issued to, as it is stored now.
    ///
    /// # Errors
    /// `TOKEN_INVALID` when the account is another one or disabled.
    pub fn of_token(token: &VerifiedToken, account: Arc<Account>, request_id: RequestId) -> Result<Self, Refusal> {
        if account.id != token.subject() || account.status != AccountStatus::Active {
            return Err(Refusal::new(Code::TokenInvalid));
        }
        Ok(Self { who: Who::Account(account), request_id })
    }

    /// A caller made up by a test.
    #[cfg(feature = "testing")]
    pub fn made_up(account: Account) -> Self {
        Self { who: Who::Account(Arc::new(account)), request_id: RequestId("test".into()) }
    }

    /// The caller's account, if there is one.
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account(account) => Some(account),
            Who::Nobody | Who::Operator => None,
        }
    }

    /// The request.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    fn caller(&self) -> Caller<'_> {
        match &self.who {
            Who::Nobody => Caller::Nobody,
            Who::Account(account) => Caller::Account(account),
            Who::Operator => Caller::Operator,
        }
    }

    /// Asks the policy.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when nobody is signed in, else `FORBIDDEN`.
    pub fn allow(&self, action: Action) -> Result<(), Refusal> {
        policy::decide(self.caller(), action).map_err(|denial| match denial {
            Denial::NotSignedIn => Refusal::new(Code::Unauthenticated),
            Denial::NoRole | Denial::NoAgency => Refusal::new(Code::Forbidden),
        })
    }

    /// Which reports the caller may know of.
    pub fn report_scope(&self) -> ReportScope {
        policy::report_scope(self.caller())
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
