//! Enumerations of searching, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;
use domain::search as model;

mirror!(
    /// What can be searched for.
    SearchKind of model::SearchKind {
        /// Single bodies and collectives.
        Agency,
        /// Tasks of all programmes.
        Task,
        /// Documents of the register.
        Document,
        /// Reports, of those that the caller may see.
        Report,
        /// What agencies brought about, as far as the caller may see it.
        Deliverable,
    }
);
mirror!(
    /// How a hit fits; hits come in this order.
    Fit of model::Fit {
        /// Every word as typed, in the name or title.
        ExactTitle,
        /// Every word as typed.
        ExactText,
        /// Every word when accents are left out, in the name or title.
        FoldedTitle,
        /// Every word when accents are left out.
        FoldedText,
    }
);
