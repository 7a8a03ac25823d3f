//! What is restricted of a person, and who looked at it: each look at somebody else's is an entry of the audit log.
//! Must not hold what was seen, only of whom and how much.
//! Looks are written when a view ends (`view`), before the caller has an answer; a look that cannot be written shows nothing.

use std::collections::BTreeMap;

use domain::{
    account::{Account, AccountId, AccountKind, Restricted},
    audit::{ActorKind, Entry},
};
use serde_json::{Map, Value};

use crate::{View, audit::Deed};

/// What was looked at in one operation: by whose it is (nobody's where it is many people's), each field with how many values.
#[derive(Default)]
pub(crate) struct Looks(BTreeMap<Option<AccountId>, BTreeMap<Restricted, usize>>);

impl Looks {
    pub(crate) fn add(&mut self, of: Option<AccountId>, field: Restricted, count: usize) {
        *self.0.entry(of).or_default().entry(field).or_default() += count;
    }

    /// One deed for each account.
    pub(crate) fn deeds(self) -> Vec<Deed> {
        let deed = |(of, fields): (Option<AccountId>, BTreeMap<Restricted, usize>)| {
            let fields: Map<String, Value> = fields.into_iter().map(|(field, count)| (field.label().to_owned(), count.into())).collect();
            let deed = Deed::new("read_personal_fields").with(fields.into());
            of.into_iter().fold(deed, |deed, id| deed.on("account", id))
        };
        self.0.into_iter().map(deed).collect()
    }
}

/// Notes that the caller is shown restricted fields of an account. Systems are no persons, and one's own need no entry.
pub fn look(view: &View, account: &Account, fields: &[Restricted], count: usize) {
    let is_own = view.ctx().account().is_some_and(|own| own.id == account.id);
    if account.kind == AccountKind::User && !is_own {
        for field in fields {
            view.looked(Some(account.id), *field, count);
        }
    }
}

/// Notes that the caller is shown the network address of an entry of the audit log, where it is, or may be, another person's.
pub fn look_entry(view: &View, entry: &Entry) {
    let is_own = entry.account.is_some() && entry.account == view.ctx().account().map(|own| own.id);
    if entry.actor != ActorKind::Service && entry.network.is_some() && !is_own {
        view.looked(None, Restricted::AuditNetwork, 1);
    }
}
