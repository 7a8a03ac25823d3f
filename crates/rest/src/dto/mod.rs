//! Bodies of REST, apart from the domain: what is published stays when the inside changes.
//! Must not hold rules beyond form (lengths, ranges, patterns); those are checked from the published schema.
//! One file per resource.

pub mod access;
pub mod agency;
pub mod agency_change;
pub mod audit;
pub mod auth;
pub mod calendar_link;
pub mod change;
pub mod committee;
pub mod deliverable;
pub mod deliverable_figures;
pub mod designation;
pub mod direction;
pub mod document;
pub mod evidence;
pub mod frozen;
pub mod gap;
pub mod known_issue;
pub mod meeting;
pub mod notice;
pub mod obligation;
pub mod occurrence;
pub mod organisation;
pub mod page;
pub mod person;
pub mod personal_request;
pub mod place;
pub mod programme;
pub mod programme_body;
pub mod rates;
pub mod regime;
pub mod report;
pub mod statistics;
pub mod succession;
pub mod task;
pub mod vacated_seat;
pub mod warning;
