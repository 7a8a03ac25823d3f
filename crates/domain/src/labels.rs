//! The one way an enumeration gets its stored and spoken names.
//! Must not hold meaning of its own: labels only.
//! Used by every enumeration that is stored or shown; see `task::Role` for an example.

/// Declares a field-less enum whose variants have one stable upper-case label each, used in the database, JSON and GraphQL.
///
/// Gives `ALL`, `label()`, `Display` and `FromStr` (which answers `Err(UnknownLabel)` for anything else).
macro_rules! labelled_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $label:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $label)] $variant,)+ }

        impl $name {
            /// Every variant, in the order of its declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stable label.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::UnknownLabel;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s {
                    $($label => Ok($name::$variant),)+
                    _ => Err($crate::error::UnknownLabel { of: stringify!($name), label: s.to_owned() }),
                }
            }
        }
    };
}

pub(crate) use labelled_enum;
