//! Languages and texts that exist in more than one of them.
//! Must not translate; Vietnamese is the source and always there.
//! Text folding for search is in `text`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{account::AccountId, labels::labelled_enum};

labelled_enum! {
    /// A language of the decision's foreign-language editions, Vietnamese first.
    pub enum Lang {
        Vi = "VI",
        En = "EN",
        Fr = "FR",
        Zh = "ZH",
        Ja = "JA",
    }
}

impl Lang {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
            Self::Fr => "fr",
            Self::Zh => "zh",
            Self::Ja => "ja",
        }
    }

    /// The language that an `Accept-Language` likes best of those there are (RFC 9110, section 12.5.4), by the first part of each range;
    /// Vietnamese where it likes none of them, or says nothing that can be read.
    pub fn accepted(header: &str) -> Self {
        let (mut best, mut most) = (Self::Vi, 0);
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let Some(tag) = parts.next() else { continue };
            let liking = parts.next().map_or(Some(1000), |quality| thousandths(quality.strip_prefix("q=")?));
            let primary = tag.split('-').next().unwrap_or_default();
            let known = Self::ALL.iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary));
            if let (Some(lang), Some(liking)) = (known, liking)
                && liking > most
            {
                (best, most) = (*lang, liking);
            }
        }
        best
    }
}

/// A quality of 0 to 1 with three decimals at most, in thousandths.
fn thousandths(quality: &str) -> Option<u32> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let padded: u32 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(padded),
        "1" if padded == 0 => Some(1000),
        _ => None,
    }
}

labelled_enum! {
    /// How far a translation can be relied on.
    pub enum TranslationState {
        /// Made without a person's review.
        Machine = "MACHINE",
        /// Read and approved by a person.
        Reviewed = "REVIEWED",
    }
}

labelled_enum! {
    /// How far a text can be relied on.
    pub enum TextState {
        /// It is the Vietnamese text itself.
        Source = "SOURCE",
        Machine = "MACHINE",
        Reviewed = "REVIEWED",
    }
}

impl From<TranslationState> for TextState {
    fn from(state: TranslationState) -> Self {
        match state {
            TranslationState::Machine => Self::Machine,
            TranslationState::Reviewed => Self::Reviewed,
        }
    }
}

labelled_enum! {
    /// Which text of a subject is translated.
    pub enum TranslatedField {
        Name = "NAME",
        Title = "TITLE",
        Indicator = "INDICATOR",
    }
}

labelled_enum! {
    /// What has a text that is translated.
    pub enum Translatable {
        /// A version of an agency, by its name.
        Agency = "AGENCY",
        Programme = "PROGRAMME",
        Group = "GROUP",
        Task = "TASK",
        /// By its words in the decision.
        Target = "TARGET",
        /// By its title, where that is public.
        Deliverable = "DELIVERABLE",
    }
}

/// A text with the language it is actually in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalText {
    pub text: Arc<str>,
    pub lang: Lang,
    pub state: TextState,
    /// The Vietnamese text was changed since the translation was made.
    pub is_stale: bool,
}

impl LocalText {
    /// The Vietnamese text itself.
    pub fn source(text: Arc<str>) -> Self {
        Self { text, lang: Lang::Vi, state: TextState::Source, is_stale: false }
    }
}

/// A text in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    pub lang: Lang,
    pub text: Arc<str>,
    pub state: TranslationState,
    /// The Vietnamese text that it was made of.
    pub source: Arc<str>,
}

impl Rendering {
    /// As it stands beside a Vietnamese text.
    pub fn beside(&self, vi: &str) -> LocalText {
        LocalText { text: Arc::clone(&self.text), lang: self.lang, state: self.state.into(), is_stale: *self.source != *vi }
    }
}

/// A Vietnamese text with its translations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multilingual {
    pub vi: Arc<str>,
    pub others: Vec<Rendering>,
}

impl Multilingual {
    /// A text that exists in Vietnamese only.
    pub fn vietnamese(text: impl Into<Arc<str>>) -> Self {
        Self { vi: text.into(), others: Vec::new() }
    }

    /// A text as it was worded once, with what that was in English.
    pub fn with_english(vi: Arc<str>, english: Option<Arc<str>>) -> Self {
        let english = english.map(|text| Rendering { lang: Lang::En, text, state: TranslationState::Machine, source: Arc::clone(&vi) });
        Self { others: english.into_iter().collect(), vi }
    }

    /// The text in `lang`, or in Vietnamese where there is none, with the language given.
    pub fn get(&self, lang: Lang) -> LocalText {
        match self.others.iter().find(|other| other.lang == lang) {
            Some(other) => other.beside(&self.vi),
            None => LocalText::source(Arc::clone(&self.vi)),
        }
    }
}

/// A text that is translated, with what it is in one other language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    pub kind: Translatable,
    pub subject: Uuid,
    /// By which people know the thing, e.g. "HP-1593-2013 II.3".
    pub code: String,
    /// In Vietnamese, as it is now.
    pub source: String,
    pub rendering: Option<Rendering>,
    /// Who wrote it; nobody for what a programme's file brought.
    pub editor: Option<AccountId>,
    pub edited_at: Option<DateTime<Utc>>,
}

impl Translated {
    /// Whether the Vietnamese text was changed since the translation was made.
    pub fn is_stale(&self) -> bool {
        self.rendering.as_ref().is_some_and(|rendering| *rendering.source != *self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_translation_falls_back_to_vietnamese_and_says_so() {
        let name = Multilingual::with_english("Sở Ngoại vụ".into(), Some("Department of Foreign Affairs".into()));
        let english = name.get(Lang::En);
        assert_eq!((english.lang, english.state, english.is_stale), (Lang::En, TextState::Machine, false));
        assert_eq!(name.get(Lang::Ja), LocalText::source("Sở Ngoại vụ".into()));
    }

    #[test]
    fn a_translation_of_other_words_is_stale() {
        let mut name = Multilingual::with_english("Sở Ngoại vụ".into(), Some("Department of Foreign Affairs".into()));
        name.vi = "Sở Đối ngoại".into();
        assert!(name.get(Lang::En).is_stale && !name.get(Lang::Vi).is_stale);
    }

    #[test]
    fn the_language_that_is_liked_best_is_taken() {
        for (header, lang) in [
            ("", Lang::Vi),
            ("en", Lang::En),
            ("en-GB, vi;q=0.9", Lang::En),
            ("de, fr;q=0.5, ja;q=0.7", Lang::Ja),
            ("zh-Hant-TW", Lang::Zh),
            ("EN;q=0.1, VI;q=0.2", Lang::Vi),
            ("en;q=0", Lang::Vi),
            ("*", Lang::Vi),
            ("en;q=2, fr;q=0.1", Lang::Fr),
            ("en;q=0.1234, ;;, fr;q=x", Lang::Vi),
            ("vi, en", Lang::Vi),
        ] {
            assert_eq!(Lang::accepted(header), lang, "{header}");
        }
    }
}
