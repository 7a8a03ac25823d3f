//! Where events and rolls of a file stand in their documents, beside what is kept of those that were there.
//! Must not write another place over one that is kept: that is told, as what happened is.
//! Rows that are there are `known`; reading and keeping a place is `crate::place`.

use domain::{
    document::{Citation, DocumentId, Place},
    error::Fault,
};
use persistence::{Conn, document};
use uuid::Uuid;

use super::Run;
use crate::{
    Error,
    catalogue::Catalogue,
    document::grouped,
    place::{NewPlace, cite},
};

/// A row of the file: where it stands there, and how a change of it is told.
pub(super) struct Row {
    pub at: String,
    pub subject: &'static str,
    pub key: String,
}

impl Run<'_> {
    /// Reads what is kept of everything that is there, in one statement.
    pub(super) fn read_places(&mut self, conn: &mut Conn, catalogue: &Catalogue) -> Result<(), Error> {
        let events = catalogue.events().iter().map(|event| event.id.uuid());
        let rolls = catalogue.agencies().iter().flat_map(|agency| agency.rolls.iter().map(|roll| roll.id.uuid()));
        let subjects: Vec<Uuid> = events.chain(rolls).collect();
        if !subjects.is_empty() {
            self.places = grouped(document::citations(conn, &subjects)?);
        }
        Ok(())
    }

    /// What a row says of its place; with or without a document.
    pub(super) fn place(&mut self, at: &str, told: &NewPlace, has_document: bool) -> Option<Place> {
        let mut faults = Vec::new();
        let place = if has_document { told.read(&mut faults) } else { None };
        if !has_document {
            told.without_document(&mut faults);
        }
        self.faults.extend(faults.into_iter().map(|fault| Fault { pointer: format!("{at}{}", fault.pointer), ..fault }));
        place
    }

    /// A place where none is kept is added, and so are its words; another one than is kept is told.
    pub(super) fn known_place(
        &mut self,
        conn: &mut Conn,
        row: &Row,
        (subject, document): (Uuid, Option<DocumentId>),
        told: &NewPlace,
    ) -> Result<(), Error> {
        let Some(place) = self.place(&row.at, told, document.is_some()) else { return Ok(()) };
        let is_there = |kept: &&Citation| Some(kept.document) == document;
        let kept = self.places.get(&subject).and_then(|kept| kept.iter().find(is_there)).cloned();
        match (kept, document) {
            (Some(kept), Some(document)) => {
                if kept.section != place.section {
                    self.differs(format!("{}/section", row.at), kept.section.clone());
                }
                match (kept.quote, &place.quote) {
                    (Some(quote), Some(told)) if *told != quote => self.differs(format!("{}/quote", row.at), quote),
                    (None, Some(told)) if kept.section == place.section => {
                        document::quote(conn, (subject, document), told)?;
                        self.added(row.subject, format!("{} / {}", row.key, place.section));
                    }
                    _ => {}
                }
            }
            (None, Some(document)) => {
                cite(self.app, conn, (subject, document), Some(&place))?;
                self.added(row.subject, format!("{} / {}", row.key, place.section));
            }
            (_, None) => {}
        }
        Ok(())
    }
}
