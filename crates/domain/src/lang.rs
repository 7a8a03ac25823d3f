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

    /// The language of a tag, by its first part.
    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.iter().copied().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
}

/// Languages in the order in which they are liked, each tried before the next; Vietnamese, which is always there, is the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liked {
    before: [Option<Lang>; 4],
}

impl Liked {
    /// Those there are of ranges in the order in which they are liked (RFC 4647, section 3.4): `*` is every language that no other range
    /// names, and one that is refused is none of them (RFC 9110, section 12.5.4).
    pub fn of(liked: &[&str], refused: &[&str]) -> Self {
        let named: Vec<Lang> = liked.iter().filter_map(|range| Lang::of_tag(range)).collect();
        let others: Vec<Lang> = Lang::ALL.iter().copied().filter(|lang| !named.contains(lang)).collect();
        let meant = liked.iter().flat_map(|range| if *range == "*" { others.clone() } else { Lang::of_tag(range).into_iter().collect() });
        // Whoever refuses a language as one country speaks it has not refused the language.
        let is_refused = |lang: Lang| refused.iter().any(|range| range.eq_ignore_ascii_case(lang.tag()));
        let mut found = Self::default();
        for lang in meant.filter(|lang| !is_refused(*lang)).take_while(|lang| *lang != Lang::Vi) {
            if found.rank(lang).is_none()
                && let Some(place) = found.before.iter_mut().find(|place| place.is_none())
            {
                *place = Some(lang);
            }
        }
        found
    }

    /// Whether nothing is liked better than Vietnamese.
    pub fn is_source(self) -> bool {
        self.before[0].is_none()
    }

    fn rank(self, lang: Lang) -> Option<usize> {
        self.before.iter().position(|liked| *liked == Some(lang))
    }

    /// A Vietnamese text in the first of these languages that it has, or as it is.
    fn pick<'a>(self, vi: &Arc<str>, others: impl IntoIterator<Item = &'a Rendering>) -> LocalText {
        let ranked = others.into_iter().filter_map(|one| self.rank(one.lang).map(|rank| (rank, one)));
        ranked.min_by_key(|(rank, _)| *rank).map_or_else(|| LocalText::source(Arc::clone(vi)), |(_, one)| one.beside(vi))
    }
}

impl From<Lang> for Liked {
    fn from(lang: Lang) -> Self {
        Self { before: [(lang != Lang::Vi).then_some(lang), None, None, None] }
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
        /// By its title, where it has one.
        Document = "DOCUMENT",
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

    /// The text in the language that is liked best of those it has, with the language given.
    pub fn get(&self, liked: impl Into<Liked>) -> LocalText {
        liked.into().pick(&self.vi, &self.others)
    }
}

/// Words that hold, or held, for a time, in the language that is liked best: those that hold now in their translation, those that hold no more in the English
/// they had then, if any.
pub fn wording<'a>(
    vi: &Arc<str>,
    validity: Validity,
    english_then: Option<&Arc<str>>,
    now: impl IntoIterator<Item = &'a Rendering>,
    liked: impl Into<Liked>,
) -> LocalText {
    if validity.to.is_some() {
        return Multilingual::with_english(Arc::clone(vi), english_then.cloned()).get(liked);
    }
    liked.into().pick(vi, now)
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
    fn languages_are_tried_in_the_order_in_which_they_are_liked() {
        let cases: [(&[&str], &[Lang]); 7] = [
            (&[], &[]),
            (&["en-GB", "vi", "fr"], &[Lang::En]),
            (&["de", "JA", "fr", "ja-JP"], &[Lang::Ja, Lang::Fr]),
            (&["zh-Hant-TW"], &[Lang::Zh]),
            (&["eng", "de"], &[]),
            (&["vi", "en"], &[]),
            (&["en", "fr", "zh", "ja", "en-US", "fr"], &[Lang::En, Lang::Fr, Lang::Zh, Lang::Ja]),
        ];
        for (tags, langs) in cases {
            let liked = Liked::of(tags, &[]);
            assert_eq!(liked.before.iter().flatten().copied().collect::<Vec<_>>(), langs, "{tags:?}");
            assert_eq!(liked.is_source(), langs.is_empty(), "{tags:?}");
        }
        let name = Multilingual::with_english("Sở Ngoại vụ".into(), Some("Department of Foreign Affairs".into()));
        let given = [&["ja", "en"][..], &["fr", "ja"], &["ja", "vi", "en"]].map(|tags| name.get(Liked::of(tags, &[])).lang);
        assert_eq!(given, [Lang::En, Lang::Vi, Lang::Vi]);
    }

    #[test]
    fn a_star_is_what_is_not_named_and_what_is_refused_is_given_last() {
        let all = [Lang::En, Lang::Fr, Lang::Zh, Lang::Ja];
        let cases: [(&[&str], &[&str], &[Lang]); 11] = [
            (&["*"], &[], &[]),
            (&["*"], &["vi"], &all),
            (&["*"], &["VI", "en"], &all[1..]),
            (&["ja", "*"], &[], &[Lang::Ja]),
            (&["ja", "*"], &["vi"], &[Lang::Ja, Lang::En, Lang::Fr, Lang::Zh]),
            (&["*", "vi"], &[], &all),
            (&["*", "en"], &[], &[]),
            (&["en", "fr"], &["en"], &[Lang::Fr]),
            (&["*"], &["en-US", "vi"], &all),
            (&["en"], &["*"], &[Lang::En]),
            (&[], &["vi"], &[]),
        ];
        for (tags, refused, langs) in cases {
            let liked = Liked::of(tags, refused);
            assert_eq!(liked.before.iter().flatten().copied().collect::<Vec<_>>(), langs, "{tags:?} without {refused:?}");
        }
        let name = Multilingual::with_english("Sở Ngoại vụ".into(), Some("Department of Foreign Affairs".into()));
        let given = |tags: &[&str], refused: &[&str]| name.get(Liked::of(tags, refused)).lang;
        assert_eq!((given(&["*"], &["vi"]), given(&["fr", "*"], &["vi"])), (Lang::En, Lang::En));
        assert_eq!((given(&["*"], &["vi", "en"]), given(&["fr"], &["vi"])), (Lang::Vi, Lang::Vi), "a text is better than none");
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
