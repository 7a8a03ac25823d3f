//! Enumerations of texts in several languages, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! Languages themselves and the others are in the parent module.

use async_graphql::Enum;
use domain::lang as model;

mirror!(
    /// A language. Vietnamese is the source of every text.
    Lang of model::Lang {
        /// Vietnamese.
        Vi,
        /// English.
        En,
        /// French.
        Fr,
        /// Chinese.
        Zh,
        /// Japanese.
        Ja,
    }
);
mirror!(
    /// How far a text can be relied on.
    TextState of model::TextState {
        /// It is the Vietnamese text itself.
        Source,
        /// Translated without a person's review.
        Machine,
        /// Read and approved by a person.
        Reviewed,
    }
);
mirror!(
    /// How far a translation can be relied on.
    TranslationState of model::TranslationState {
        /// Made without a person's review.
        Machine,
        /// Read and approved by a person.
        Reviewed,
    }
);
