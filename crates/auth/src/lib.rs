//! Who is calling: passwords, client secrets, signing keys, access tokens, and the proof that a use case takes.
//! Must not know HTTP or a database; `app::identity` brings the stored side.
//! Start at `ctx`, which only this crate can make.

mod ctx;
pub mod foreign;
mod guessable;
mod keys;
mod one_time;
mod passwords;
mod personal_keys;
mod seal;
mod secrets;
mod tokens;
mod webhooks;

pub use ctx::{Ctx, Origin, RequestId};
pub use keys::{KeyError, KeySet, KeyState, write_private};
pub use one_time::{OneTimeError, OneTimeSecret, recovery_codes, recovery_digest};
pub use passwords::{PasswordError, Passwords, judge as judge_password};
pub use personal_keys::{PersonalKeys, SETTLED as PERSONAL_KEYS_SETTLED};
pub use seal::{SealError, Seals};
pub use secrets::{ClientSecret, digest, matches_digest, random_token};
pub use tokens::{AccessToken, MAX_TOKEN_BYTES, TOKEN_LIFETIME, TokenError, TokenSettings, Tokens, VerifiedToken};
pub use webhooks::WebhookSecret;
