//! The address of a database, understood before anything is opened.
//! Must not open anything, and never shows a password.
//! Opening is `db`.

use std::{fmt, path::PathBuf};

/// `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// The URL as libpq takes it.
    Postgres(String),
}

/// An address that names no database this service knows.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    #[error("the database URL must start with sqlite: or postgres://")]
    UnknownScheme,
    #[error("the database URL names no file: use sqlite:PATH")]
    NoPath,
    #[error("the database URL is not well-formed; in user name and password write : / ? # @ % as %3A %2F %3F %23 %40 %25")]
    NotWellFormed,
}

impl std::str::FromStr for DatabaseUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() || path.contains([':', '?']) { Err(BadUrl::NoPath) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return if is_well_formed(text) { Ok(Self::Postgres(text.to_owned())) } else { Err(BadUrl::NotWellFormed) };
        }
        Err(BadUrl::UnknownScheme)
    }
}

impl fmt::Display for DatabaseUrl {
    /// With the password masked, in user information and in parameters alike.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&mask(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether libpq reads the URL as it is meant. What it cannot read it would print, passwords included.
fn is_well_formed(url: &str) -> bool {
    let (base, query) = url.split_once('?').map_or((url, ""), |(base, query)| (base, query));
    let rest = base.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) = authority.split_once('@').unwrap_or(("", authority));
    let encoded = url.split('%').skip(1).all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = |host: &str| match host.strip_prefix('[') {
        Some(six) => six.split_once(']').is_some_and(|(_, port)| port.is_empty() || port.strip_prefix(':').is_some_and(is_port)),
        None => host.split_once(':').is_none_or(|(_, port)| is_port(port)),
    };
    encoded
        && !url.contains(['#', ' ', '\0'])
        && user.matches(':').count() <= 1
        && !hosts.contains('@')
        && !path.contains('@')
        && hosts.split(',').all(is_host)
        && query.split('&').all(|pair| query.is_empty() || pair.contains('='))
}

fn mask(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(a, p)| (a, Some(p)));
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}", user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:***"))),
        None => authority.to_owned(),
    };
    let mut masked = format!("{scheme}://{authority}");
    if let Some(path) = path {
        masked.push('/');
        masked.push_str(path);
    }
    if let Some(query) = query {
        let shown: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((key, _)) if key.contains("password") || key.contains("key") => format!("{key}=***"),
                _ => pair.to_owned(),
            })
            .collect();
        masked.push('?');
        masked.push_str(&shown.join("&"));
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_schemes_are_addresses() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(DatabaseUrl::Sqlite("a/b.db".into())));
        assert_eq!("sqlite:///tmp/b.db".parse(), Ok(DatabaseUrl::Sqlite("/tmp/b.db".into())));
        for bad in ["", "mysql://x", "data.db", "/tmp/x", "POSTGRES://x", "file:x"] {
            assert_eq!(bad.parse::<DatabaseUrl>(), Err(BadUrl::UnknownScheme), "{bad}");
        }
        for bad in ["sqlite:", "sqlite::memory:", "sqlite://", "sqlite:a?mode=memory"] {
            assert_eq!(bad.parse::<DatabaseUrl>(), Err(BadUrl::NoPath), "{bad}");
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        for url in ["postgres://u:s3cret@h:5/d?sslmode=require", "postgres://u@h/d?password=s3cret"] {
            let shown = url.parse::<DatabaseUrl>().map(|u| format!("{u} {u:?}")).expect("a URL");
            assert!(!shown.contains("s3"), "{shown}");
            assert!(shown.contains("***"));
        }
        let raw =
            ["u:s3@cret@h/d", "u:s3/cret@h/d", "u:s3%cret@h/d", "u:s3?cret@h/d", "u:s3#cret@h/d", "u:s3:cret@h/d", "u:s3 cret@h/d", "u:s3"];
        for url in raw {
            assert_eq!(format!("postgres://{url}").parse::<DatabaseUrl>(), Err(BadUrl::NotWellFormed), "{url}");
        }
        for url in ["u:s3%2Fcret@h:5432,i:/d", "/d?host=/tmp&user=u", "u@[::1]:5432/d", "h/d", ""] {
            assert!(format!("postgres://{url}").parse::<DatabaseUrl>().is_ok(), "{url}");
        }
    }
}
