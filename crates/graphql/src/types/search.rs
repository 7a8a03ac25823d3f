//! What a search found.
//! Must not make markup of a text: fragments are plain, and whoever shows them marks what matched.
//! The use case is `app::search`.

use std::sync::Arc;

use app::search::{Found, Search};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{id::Id, search as model};

use super::{agency::Agency, deliverable::Deliverable, document::Document, made_id, node::Node, report::Report, task::Task, view};
use crate::{
    enums::{Fit, Lang, SearchKind},
    error::failure,
    loaders::{self, DeliverableBy, DocumentBy, ReportBy},
    paging::total,
};

/// A part of a text.
#[derive(SimpleObject)]
pub struct Fragment {
    /// Plain text as written, not markup: escape it where it is shown as HTML.
    text: String,
    /// Whether it is what was asked for.
    is_match: bool,
}

impl From<&model::Fragment> for Fragment {
    fn from(fragment: &model::Fragment) -> Self {
        Self { text: fragment.text.clone(), is_match: fragment.is_match }
    }
}

/// Something that was found, once, by the best of its names and texts.
pub struct SearchHit {
    pub found: Found,
    /// What was searched for: the same thing is another hit by other words, and on another day.
    pub text: Arc<str>,
    pub as_of: Option<NaiveDate>,
}

/// Something that was found, once, by the best of its names and texts.
#[Object]
impl SearchHit {
    /// What kind of thing was found.
    async fn kind(&self) -> SearchKind {
        self.found.kind.into()
    }

    /// Of the hit alone, for caches: opaque, and the same whenever the same text finds the same thing on the same day. What was found has
    /// another one, `subjectId`.
    async fn id(&self) -> ID {
        let (kind, day) = (self.found.kind.label(), self.as_of.map(|day| day.to_string()).unwrap_or_default());
        made_id(&format!("SearchHit {kind} {} {day} {}", self.found.id, self.text))
    }

    /// The identifier of what was found, for `node`.
    async fn subject_id(&self) -> ID {
        ID(self.found.id.to_string())
    }

    /// How well it fits.
    async fn fit(&self) -> Fit {
        self.found.fit.into()
    }

    /// What it is called on the day, in Vietnamese, whatever language it was found in; null for reports, which have no title.
    async fn name(&self) -> Option<&str> {
        self.found.name.as_deref()
    }

    /// The name or title by which it was found, former names and aliases included; the texts of the fragments joined are the title.
    async fn title(&self) -> Vec<Fragment> {
        self.found.title.iter().map(Fragment::from).collect()
    }

    /// Of its text the part that has most of what was asked for. Where an agency was found by initials that neither its title nor its
    /// text has, those in capitals: `STTTT`. Empty where there is neither.
    async fn excerpt(&self) -> Vec<Fragment> {
        self.found.excerpt.iter().map(Fragment::from).collect()
    }

    /// The language of title and excerpt.
    async fn lang(&self) -> Lang {
        self.found.lang.into()
    }

    /// What was found, agencies and tasks as of the day of the search.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        let (id, day) = (self.found.id, self.as_of);
        Ok(match self.found.kind {
            model::SearchKind::Agency => {
                let found = app::agency::by_id(view(ctx)?, Id::from_uuid(id)).await.map_err(|error| failure(&error))?;
                found.map(|agency| Agency(agency, day).into())
            }
            model::SearchKind::Task => Task::on_day(ctx, Id::from_uuid(id), day).await?.map(Into::into),
            model::SearchKind::Document => loaders::load(ctx, DocumentBy(Id::from_uuid(id))).await?.map(|found| Document(found).into()),
            model::SearchKind::Report => {
                loaders::load(ctx, ReportBy(Id::from_uuid(id))).await?.map(|report| Report(Arc::unwrap_or_clone(report)).into())
            }
            model::SearchKind::Deliverable => {
                loaders::load(ctx, DeliverableBy(Id::from_uuid(id))).await?.map(|shown| Deliverable(shown).into())
            }
        })
    }
}

total!(
    /// The total of what was found.
    SearchTotal { search: Search } |this, ctx| {
        app::search::count(view(ctx)?, &this.search, "/text").await.map_err(|error| failure(&error))
    }
);
