//! What a search is asked and what it found, as REST shows it.
//! Must not make markup of a text: fragments are plain, and whoever shows them marks what matched.
//! The use case is `app::search`.

use std::collections::BTreeSet;

use app::search::{Found, Search};
use chrono::NaiveDate;
use domain::search::{self as model, SearchKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What is searched for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct SearchParams {
    /// Words that all must be there; accents may be left out, and the last may be a beginning, from two letters on: a single letter is
    /// looked for as a whole word. At least one letter or digit; signs part words and mean nothing.
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
    /// What kind of thing was found.
    #[schema(value_type = String, max_length = 16, pattern = "^(AGENCY|TASK|DOCUMENT|REPORT|DELIVERABLE)$", example = "AGENCY")]
    pub kind: SearchKind,
    /// The identifier of what was found.
    pub id: Uuid,
    /// Where `GET` gives what was found, relative to the root of the service; an agency as of the day that was asked for. Null for tasks,
    /// which have no address of their own: `/api/v1/tasks` and `/api/v1/programmes/{code}` give them, each under its `id`.
    #[schema(format = "uri-reference", max_length = 1000, example = "/api/v1/agencies/ubnd-huyen-bach-long-vy")]
    pub href: Option<String>,
    /// How well it fits, the best first: `EXACT_TITLE` and `EXACT_TEXT` where every word is as typed, `FOLDED_TITLE` and `FOLDED_TEXT` when
    /// accents are left out.
    #[schema(value_type = String, max_length = 16, pattern = "^(EXACT_TITLE|EXACT_TEXT|FOLDED_TITLE|FOLDED_TEXT)$", example = "FOLDED_TITLE")]
    pub fit: model::Fit,
    /// The language of title and excerpt.
    #[schema(max_length = 2, pattern = "^(vi|en|fr|zh|ja)$", example = "vi")]
    pub lang: &'static str,
    /// What it is called on the day, in Vietnamese, whatever language it was found in; null for reports, which have no title.
    #[schema(max_length = 100_000, example = "Ủy ban nhân dân huyện Bạch Long Vỹ")]
    pub name: Option<String>,
    /// The name or title by which it was found, former names and aliases included; the texts of the fragments joined are the title.
    #[schema(max_items = 2000)]
    pub title: Vec<Fragment>,
    /// Of its text the part that has most of what was asked for. Where an agency was found by initials that neither its title nor its
    /// text has, those in capitals: `STTTT`. Empty where there is neither.
    #[schema(max_items = 2000)]
    pub excerpt: Vec<Fragment>,
}

impl SearchHit {
    /// Something that was found by what things were called on a day, if one was asked for.
    pub fn of(found: &Found, as_of: Option<NaiveDate>) -> Self {
        let fragments = |of: &[model::Fragment]| {
            of.iter().map(|fragment| Fragment { text: fragment.text.clone(), is_match: fragment.is_match }).collect()
        };
        Self {
            kind: found.kind,
            id: found.id,
            href: href(found, as_of),
            fit: found.fit,
            lang: found.lang.tag(),
            name: found.name.clone(),
            title: fragments(&found.title),
            excerpt: fragments(&found.excerpt),
        }
    }
}

/// Whatever else stands in an address is encoded: those have no meaning anywhere in it (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of what was found; none for what is in lists alone.
fn href(found: &Found, as_of: Option<NaiveDate>) -> Option<String> {
    let id = found.id;
    match found.kind {
        SearchKind::Agency => {
            let code = utf8_percent_encode(found.code.as_deref()?, UNRESERVED);
            let day = as_of.map(|day| format!("?asOf={day}")).unwrap_or_default();
            Some(format!("/api/v1/agencies/{code}{day}"))
        }
        SearchKind::Task => None,
        SearchKind::Document => Some(format!("/api/v1/documents/{id}")),
        SearchKind::Report => Some(format!("/api/v1/reports/{id}")),
        SearchKind::Deliverable => Some(format!("/api/v1/deliverables/{id}")),
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

impl crate::dto::page::Paged for SearchPage {
    fn next(&self) -> Option<&str> {
        self.end_cursor.as_deref().filter(|_| self.has_next)
    }
}

#[cfg(test)]
mod tests {
    use domain::lang::Lang;

    use super::*;

    #[test]
    fn what_means_something_in_an_address_is_encoded() {
        let told = |kind: SearchKind, code: Option<&str>, day: &str| {
            let (name, title, excerpt) = (None, Vec::new(), Vec::new());
            let code = code.map(Into::into);
            let found = Found { kind, id: Uuid::nil(), fit: model::Fit::ExactTitle, lang: Lang::Vi, name, code, title, excerpt };
            href(&found, day.parse().ok()).unwrap_or_default()
        };
        assert_eq!(told(SearchKind::Agency, Some("so-tttt"), ""), "/api/v1/agencies/so-tttt");
        assert_eq!(told(SearchKind::Agency, Some("sở/1?"), "2014-06-01"), "/api/v1/agencies/s%E1%BB%9F%2F1%3F?asOf=2014-06-01");
        assert_eq!(told(SearchKind::Document, None, "2014-06-01"), "/api/v1/documents/00000000-0000-0000-0000-000000000000");
        assert_eq!(told(SearchKind::Task, None, ""), "");
    }
}
