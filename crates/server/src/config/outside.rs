//! Settings about callers: how much they may ask for, and from which pages.
//! Must tell which entry is wrong, as the file has it.
//! The limits themselves are `domain::allowance`.

use std::collections::BTreeMap;

use clap::ValueEnum;
use domain::allowance::Allowances;
use serde::Deserialize;

use crate::failure::Failure;

/// Which GraphQL documents are executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum PersistedQueries {
    /// Any; one that was sent before may be asked for by its hash.
    Allowed,
    /// Those of the manifest alone.
    Required,
}

/// `[limits.PUBLIC]`, `[limits.ACCOUNT]`, `[limits.AGENCY_SYSTEM]` and so on: a number for each name.
pub type Limits = BTreeMap<String, BTreeMap<String, u32>>;

/// The defaults with these changes.
///
/// # Errors
/// For a caller or a limit that there is not, and a number out of its range.
pub fn allowances(limits: &Limits) -> Result<Allowances, Failure> {
    let mut allowances = Allowances::default();
    for (caller, changes) in limits {
        for (name, value) in changes {
            let set = allowances.set(caller, name, *value);
            set.map_err(|why| Failure::Cannot(format!("limits.{caller}.{name}: {why}")))?;
        }
    }
    Ok(allowances)
}

/// Origins with commas between them.
///
/// # Errors
/// For what is no origin as browsers send them: scheme, host and port, without a slash at the end.
pub fn origins(text: &str) -> Result<Vec<String>, Failure> {
    let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    named
        .map(|origin| {
            let read = url::Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            if read.is_some_and(|url| url.origin().ascii_serialization() == origin) {
                return Ok(origin.to_owned());
            }
            Err(Failure::Cannot(format!("cors_origins: {origin:?} is not an origin such as https://portal.example.vn")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::account::Role;

    #[test]
    fn a_limit_is_named_as_the_file_has_it() {
        let limits = |text: &str| toml::from_str::<Limits>(text).expect("limits");
        let changed = allowances(&limits("[AUDITOR]\ndepth = 20\n")).expect("limits");
        assert_eq!(changed.of([Role::Auditor].into_iter()).depth, 20);
        for (text, told) in [
            ("[AUDITOR]\nwidth = 1\n", "limits.AUDITOR.width: there is no such limit"),
            ("[NOBODY]\ndepth = 1\n", "limits.NOBODY.depth: it is neither PUBLIC, nor ACCOUNT, nor a role"),
            ("[PUBLIC]\ndepth = 0\n", "limits.PUBLIC.depth: it is a number from 1 to 30"),
        ] {
            assert_eq!(allowances(&limits(text)).expect_err(text).to_string(), told);
        }
    }

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        assert_eq!(origins(" https://a.example , http://localhost:3000").expect("origins"), ["https://a.example", "http://localhost:3000"]);
        assert!(origins("").expect("none").is_empty());
        for not in ["*", "null", "https://a.example/", "a.example", "https://a.example:443", "ftp://a.example", "https://A.example"] {
            assert!(origins(not).is_err_and(|failure| failure.to_string().starts_with("cors_origins: ")), "{not}");
        }
    }
}
