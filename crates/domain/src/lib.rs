//! What the service is about, in plain types: agencies, documents, programmes, tasks, reports, and the rules that say no.
//! Knows no database, no HTTP, no GraphQL; holds no I/O and reads no clock but the one it is given.
//! Start at `programme` and `report`; who may do what is `policy`; every code a client can meet is in `error`.

pub mod account;
pub mod agency;
pub mod amendment;
pub mod audit;
pub mod budget;
pub mod calendar;
pub mod calendar_file;
pub mod chart;
pub mod chasing;
pub mod clock;
pub mod committee;
pub mod data_form;
pub mod decimal;
pub mod deliverable;
pub mod designation;
pub mod document;
pub mod document_number;
pub mod draft;
pub mod ecode;
pub mod error;
pub mod event;
pub mod evidence;
pub mod feed;
pub mod gap;
pub mod id;
pub mod lang;
pub mod meeting;
pub mod money;
pub mod number;
pub mod obligation;
pub mod occurrence;
pub mod organisation_file;
pub mod outline;
pub mod page;
pub mod patch;
pub mod period;
pub mod person;
pub mod personal_request;
pub mod policy;
pub mod programme;
pub mod reading;
pub mod regime;
pub mod report;
pub mod seed;
pub mod statistics;
pub mod succession;
pub mod suppression;
pub mod target;
pub mod task;
pub mod text;
pub mod training;
pub mod validity;
pub mod warning;

mod labels;
