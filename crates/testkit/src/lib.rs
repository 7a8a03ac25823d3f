//! What tests are made of: a fresh database each, a running server, a client per role, a clock to set, programmes to import.
//! Must not be used by anything that ships.
//! Start at `app`; how a test runs on both databases is `harness`, the private PostgreSQL server `postgres`,
//! the program in a process of its own `process`.

#![allow(clippy::missing_panics_doc)] // a test kit panics where a test has failed

pub mod app;
pub mod bulk;
pub mod client;
pub mod clock;
pub mod database;
mod described;
pub mod dice;
pub mod harness;
pub mod postgres;
pub mod process;
pub mod receiver;
pub mod seed;
pub mod socket;

pub use app::{TestApp, one_time_code};
pub use client::{Client, Reply};
pub use harness::Backend;
