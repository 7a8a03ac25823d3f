//! Languages and texts that exist in more than one of them.
//! Must not translate; Vietnamese is the source and always there.
//! Text folding for search is in `text`.

use std::sync::Arc;

use crate::labels::labelled_enum;

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
    /// Which text of a subject is translated.
    pub enum TranslatedField {
        Name = "NAME",
        Title = "TITLE",
        Indicator = "INDICATOR",
    }
}

/// A text with the language it is actually in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalText {
    pub text: Arc<str>,
    pub lang: Lang,
}

/// A Vietnamese text with its translations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multilingual {
    pub vi: Arc<str>,
    pub others: Vec<(Lang, Arc<str>)>,
}

impl Multilingual {
    /// A text that exists in Vietnamese only.
    pub fn vietnamese(text: impl Into<Arc<str>>) -> Self {
        Self { vi: text.into(), others: Vec::new() }
    }

    /// The text in `lang`, or in Vietnamese where there is none, with the language given.
    pub fn get(&self, lang: Lang) -> LocalText {
        match self.others.iter().find(|(l, _)| *l == lang) {
            Some((lang, text)) => LocalText { text: Arc::clone(text), lang: *lang },
            None => LocalText { text: Arc::clone(&self.vi), lang: Lang::Vi },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_translation_falls_back_to_vietnamese_and_says_so() {
        let name = Multilingual { vi: "Sở Ngoại vụ".into(), others: vec![(Lang::En, "Department of Foreign Affairs".into())] };
        assert_eq!(name.get(Lang::En).lang, Lang::En);
        assert_eq!(name.get(Lang::Ja), LocalText { text: "Sở Ngoại vụ".into(), lang: Lang::Vi });
    }
}
