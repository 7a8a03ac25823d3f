//! Who is calling: passwords, client secrets, signing keys, access tokens, and the proof that a use case takes.
//! Must not know HTTP or a database; `app::identity` brings the stored side.
//! Start at `ctx`, which only this crate can make.

mod ctx;
mod keys;
mod passwords;
mod secrets;
mod tokens;

pub use ctx::{Ctx, RequestId};
pub use keys::{KeyError, KeySet, write_private};
pub use passwords::{PasswordError, Passwords};
pub use secrets::{ClientSecret, digest, matches_digest, random_token};
pub use tokens::{AccessToken, MAX_TOKEN_BYTES, TOKEN_LIFETIME, TokenError, TokenSettings, Tokens, VerifiedToken};
