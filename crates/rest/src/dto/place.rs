//! Where in their documents things stand, as REST shows it.
//! Must not ask for one row at a time.
//! See `app::place`; what clients send are two fields beside `basis`.

use std::collections::HashMap;

use app::{Error, View, place};
use domain::document::{Citation, DocumentId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where in the document of its `basis` something stands.
#[derive(Default, Serialize, ToSchema)]
pub struct Place {
    /// Null where that is not told.
    #[schema(example = "Điều 2", max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim.
    #[schema(max_length = 5000)]
    pub quote: Option<String>,
}

impl Place {
    pub fn of(place: &domain::document::Place) -> Self {
        Self { section: Some(place.section.clone()), quote: place.quote.clone() }
    }
}

/// Places of several rows.
#[derive(Default)]
pub struct Places(HashMap<Uuid, Vec<Citation>>);

impl Places {
    /// Those of rows, whatever their number in two statements.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(view: &View, rows: impl Iterator<Item = Uuid>) -> Result<Self, Error> {
        Ok(Self(place::of_rows(view, rows.collect()).await?))
    }

    /// The place of a row in a document that has this rank: where it begins, or where it ends.
    pub fn of_rank(&self, row: Uuid, document: Option<DocumentId>, rank: i32) -> Place {
        let is_it = |place: &&Citation| Some(place.document) == document && place.rank == rank;
        let found = self.0.get(&row).and_then(|places| places.iter().find(is_it));
        found.map(|found| Place { section: Some(found.section.clone()), quote: found.quote.clone() }).unwrap_or_default()
    }

    /// Where a row stands in a document.
    pub fn at(&self, row: Uuid, document: Option<DocumentId>) -> Place {
        let found = self.0.get(&row).and_then(|places| places.iter().find(|place| Some(place.document) == document));
        found.map(|found| Place { section: Some(found.section.clone()), quote: found.quote.clone() }).unwrap_or_default()
    }
}
