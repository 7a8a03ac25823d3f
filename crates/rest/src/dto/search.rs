//! What a search is asked and what it found, as REST shows it.
//! Must not make markup of a text: fragments are plain, and whoever shows them marks what matched.
//! The use case is `app::search`.

use std::collections::BTreeSet;

use app::search::{Found, Search};
use chrono::NaiveDate;
use domain::search::{self as model, SearchKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is searched for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct SearchParams {
    /// Words that all must be there; accents may be left out, and the last may be a beginning. At least one letter or digit; signs part
    /// words and mean nothing.
    #[param(min_length = 1, max_length = 200, example = "bach long vi")]
    pub q: String,
    /// Kinds of things, parted by commas; every kind where none is said.
    #[param(
        max_length = 60,
        pattern = "^(AGENCY|TASK|DOCUMENT|REPORT|DELIVERABLE)(,(AGENCY|TASK|DOCUMENT|REPORT|DELIVERABLE)){0,4}$",
        example = "AGENCY,TASK"
    )]
    pub kinds: Option<String>,
    /// By what things were called on this day; former names of agencies included where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&SearchParams> for Search {
    fn from(params: &SearchParams) -> Self {
        // The pattern lets known labels through alone.
        let kinds: BTreeSet<SearchKind> =
            params.kinds.iter().flat_map(|kinds| kinds.split(',')).filter_map(|kind| kind.parse().ok()).collect();
        Self { text: params.q.clone(), kinds, as_of: params.as_of }
    }
}

/// A part of a text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fragment {
    /// Plain text as written, not markup: escape it where it is shown as HTML.
    #[schema(max_length = 100_000)]
    pub text: String,
    /// Whether it is what was asked for.
    pub is_match: bool,
}

/// Something that was found, once, by the best of its names and texts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    #[schema(value_type = String, max_length = 16, pattern = "^(AGENCY|TASK|DOCUMENT|REPORT|DELIVERABLE)$", example = "AGENCY")]
    pub kind: SearchKind,
    /// The identifier of what was found.
    pub id: Uuid,
    /// How well it fits, the best first: `EXACT_TITLE` and `EXACT_TEXT` where every word is as typed, `FOLDED_TITLE` and `FOLDED_TEXT` when
    /// accents are left out.
    #[schema(value_type = String, max_length = 16, pattern = "^(EXACT_TITLE|EXACT_TEXT|FOLDED_TITLE|FOLDED_TEXT)$", example = "FOLDED_TITLE")]
    pub fit: model::Fit,
    /// The language of title and excerpt.
    #[schema(max_length = 2, pattern = "^(vi|en|fr|zh|ja)$", example = "vi")]
    pub lang: &'static str,
    /// What it is called on the day; null for reports, which have no title.
    #[schema(max_length = 100_000, example = "Ủy ban nhân dân huyện Bạch Long Vỹ")]
    pub name: Option<String>,
    /// The name or title by which it was found, former names and aliases included; the texts of the fragments joined are the title.
    #[schema(max_items = 2000)]
    pub title: Vec<Fragment>,
    /// Of its text the part that has most of what was asked for; empty where it has no text beside its title.
    #[schema(max_items = 2000)]
    pub excerpt: Vec<Fragment>,
}

impl From<&Found> for SearchHit {
    fn from(found: &Found) -> Self {
        let fragments = |of: &[model::Fragment]| {
            of.iter().map(|fragment| Fragment { text: fragment.text.clone(), is_match: fragment.is_match }).collect()
        };
        Self {
            kind: found.kind,
            id: found.id,
            fit: found.fit,
            lang: found.lang.tag(),
            name: found.name.clone(),
            title: fragments(&found.title),
            excerpt: fragments(&found.excerpt),
        }
    }
}

/// A page of what was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    #[schema(max_items = 200)]
    pub items: Vec<SearchHit>,
    /// How many there are in all, of those that the caller may see.
    #[schema(minimum = 0)]
    pub total_count: i64,
    /// Whether more follow.
    pub has_next: bool,
    /// Give it as `after` to continue; null on an empty page.
    #[schema(max_length = 2000)]
    pub end_cursor: Option<String>,
}
