//! What the service is about, in plain types: agencies, documents, programmes, tasks, reports, and the rules that say no.
//! Knows no database, no HTTP, no GraphQL; holds no I/O and reads no clock but the one it is given.
//! Start at `programme` and `report`; who may do what is `policy`; every code a client can meet is in `error`.

pub mod account;
pub mod agency;
pub mod audit;
pub mod clock;
pub mod document;
pub mod error;
pub mod event;
pub mod evidence;
pub mod id;
pub mod lang;
pub mod page;
pub mod patch;
pub mod policy;
pub mod programme;
pub mod report;
pub mod seed;
pub mod task;
pub mod text;
pub mod validity;

mod labels;
