//! Batches of what accounts hold: grants, secrets, public keys, sessions.
//! Must not ask a use case for one key at a time; whoever shows somebody's sessions notes the look.
//! How batches are asked for is the parent module.

use std::{collections::HashMap, sync::Arc};

use app::{
    Error,
    access::{self, Credential},
};
use async_graphql::dataloader::Loader;
use domain::account::{AccountId, Grant, Session};

use super::Batches;

loader!(
    /// Every grant that an account ever had.
    GrantsOf(AccountId) -> Vec<Grant>, access::grants_of
);
loader!(
    /// Every secret that an account ever had.
    SecretsOf(AccountId) -> Vec<Credential>, access::secrets_of
);
loader!(
    /// Every public key that an account ever had.
    KeysOf(AccountId) -> Vec<Credential>, access::keys_of
);
loader!(
    /// The sessions of an account that go on.
    SessionsOf(AccountId) -> Vec<Session>, access::sessions_of
);
