//! Languages and texts that exist in more than one of them.
//! Must not translate; Vietnamese is the source and always there.
//! Text folding for search is in `text`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{account::AccountId, labels::labelled_enum, validity::Validity};

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

    /// The first language there is of tags in the order in which they are liked, by the first part of each (RFC 4647, section 3.4);
    /// Vietnamese where there is none of them.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |tag: &str| {
            let primary = tag.split('-').next().unwrap_or_default();
            Self::ALL.iter().copied().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
        };
        tags.into_iter().find_map(known).unwrap_or(Self::Vi)
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

/// Words that hold, or held, for a time, in a language: those that hold now in their translation, those that hold no more in the English
/// they had then, if any.
pub fn wording<'a>(
    vi: &Arc<str>,
    validity: Validity,
    english_then: Option<&Arc<str>>,
    now: impl IntoIterator<Item = &'a Rendering>,
    lang: Lang,
) -> LocalText {
    if validity.to.is_some() {
        return Multilingual::with_english(Arc::clone(vi), english_then.cloned()).get(lang);
    }
    match now.into_iter().find(|rendering| rendering.lang == lang) {
        Some(found) => found.beside(vi),
        None => LocalText::source(Arc::clone(vi)),
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
        let cases: [(&[&str], Lang); 6] = [
            (&[], Lang::Vi),
            (&["en-GB", "vi"], Lang::En),
            (&["de", "JA", "fr"], Lang::Ja),
            (&["zh-Hant-TW"], Lang::Zh),
            (&["eng", "de"], Lang::Vi),
            (&["vi", "en"], Lang::Vi),
        ];
        for (tags, lang) in cases {
            assert_eq!(Lang::preferred(tags.iter().copied()), lang, "{tags:?}");
        }
    }

    #[test]
    fn words_that_hold_no_more_have_the_translation_of_their_time_alone() {
        let (vi, then): (Arc<str>, Arc<str>) = ("Sở Ngoại vụ".into(), "Office of Foreign Affairs".into());
        let now =
            Rendering { lang: Lang::En, text: "Department".into(), state: TranslationState::Reviewed, source: "Sở Ngoại vụ".into() };
        let ended = Validity { from: None, to: "2025-03-01".parse().ok() };
        let told = |validity, english: Option<&Arc<str>>, lang| wording(&vi, validity, english, std::slice::from_ref(&now), lang);
        assert_eq!(&*told(Validity::default(), Some(&then), Lang::En).text, "Department");
        assert_eq!(&*told(ended, Some(&then), Lang::En).text, "Office of Foreign Affairs");
        assert_eq!(told(ended, None, Lang::En), LocalText::source(Arc::clone(&vi)));
        assert_eq!(told(Validity::default(), None, Lang::Ja).lang, Lang::Vi);
    }
}
