//! The file of settings: it is read where flags and environment say nothing, and what cannot be read is told by name.
//! Must not repeat a value, which may be a secret.
//! What may stand in it is `super::Flags`.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de::Error as _};
use toml::de::{DeTable, DeValue};

use super::Flags;
use crate::failure::Failure;

const LIST: &str = "a list of texts, or one text with commas between";

/// Takes these settings of what is given, else of the file; and tells which are given.
macro_rules! merged {
    ($given:ident, $file:ident: $($setting:ident),+ $(,)?) => {{
        let said = [$((stringify!($setting), $given.$setting.is_some())),+];
        let merged = Flags {
            config: $given.config,
            limits: $file.limits,
            http: $file.http,
            sign_on: $file.sign_on,
            $($setting: $given.$setting.or($file.$setting)),+
        };
        (merged, said.into_iter().filter_map(|(setting, is_given)| is_given.then_some(setting)).collect())
    }};
}

impl Flags {
    /// These settings, with those of the file where they say nothing; and where the file says what.
    pub(super) fn or_file(self) -> Result<(Self, Source), Failure> {
        let Some(path) = self.config.clone() else { return Ok((self, Source::default())) };
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::Cannot(format!("cannot read {}: {error}", path.display())))?;
        let file: Self = toml::from_str(&text).map_err(|error| Failure::Cannot(format!("{}: {}", path.display(), fault(&text, error))))?;
        let given = self;
        let (merged, overruled) = merged!(
            given, file:
            database_url,
            evidence_store,
            evidence_max_bytes,
            listen,
            keys_file,
            personal_keys_file,
            issuer,
            audience,
            workers,
            connections,
            trusted_proxies,
            webhook_networks,
            webhook_ports,
            webhook_log_days,
            metrics_token,
            graphiql,
            log,
            shutdown_seconds,
            address_requests_per_minute,
            open_connections,
            address_connections,
            cors_origins,
            public_max_age,
            persisted_queries,
            persisted_manifest,
        );
        Ok((merged, Source { file: Some((path, text)), overruled }))
    }
}

/// Where settings come from.
#[derive(Default)]
pub(super) struct Source {
    /// Path and text.
    file: Option<(PathBuf, String)>,
    /// What a flag or the environment says, whatever stands in the file.
    overruled: Vec<&'static str>,
}

impl Source {
    /// This failure with the line of the setting with whose name it begins, where the file says it.
    pub(super) fn located(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Cannot(told) => Failure::Cannot(match self.place(&told) {
                Some(place) => format!("{place}: {told}"),
                None => told,
            }),
            refused @ Failure::Refused(_) => refused,
        }
    }

    fn place(&self, told: &str) -> Option<String> {
        let ((path, text), (setting, why)) = (self.file.as_ref()?, told.split_once(": ")?);
        if self.overruled.contains(&setting) {
            return None;
        }
        let document = DeTable::parse(text).ok()?;
        let at = start(document.get_ref(), setting, why)?;
        Some(format!("{}: line {}", path.display(), line(text, at)))
    }
}

/// Where a setting stands, of several tables in the last whose texts are spoken of.
fn start(table: &DeTable<'_>, setting: &str, why: &str) -> Option<usize> {
    let (name, rest) = setting.split_once('.').map_or((setting, None), |(name, rest)| (name, Some(rest)));
    let (key, value) = table.iter().find(|(key, _)| **key.get_ref() == *name)?;
    let within = match (rest, value.get_ref()) {
        (Some(rest), DeValue::Table(table)) => start(table, rest, why),
        (Some(rest), DeValue::Array(several)) => {
            let tables = || several.iter().rev().filter_map(|one| as_table(one.get_ref()));
            let is_said = |value: &DeValue<'_>| matches!(value, DeValue::String(text) if why.contains(&format!("{text:?}")));
            let said = tables().find(|table| table.iter().any(|(_, value)| is_said(value.get_ref())));
            said.or_else(|| tables().next()).and_then(|table| start(table, rest, why))
        }
        _ => None,
    };
    Some(within.unwrap_or(key.span().start))
}

fn as_table<'a, 'i>(value: &'a DeValue<'i>) -> Option<&'a DeTable<'i>> {
    if let DeValue::Table(table) = value { Some(table) } else { None }
}

/// The line on which a byte stands.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// What a setting of several things is in the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listed {
    One(Part),
    Several(Vec<Part>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Number(u64),
}

/// A list, or a text with commas between, as the latter.
///
/// # Errors
/// For what is neither.
pub fn list<'de, D: Deserializer<'de>>(given: D) -> Result<Option<String>, D::Error> {
    let listed = Listed::deserialize(given).map_err(|_| D::Error::custom(format!("invalid type, expected {LIST}")))?;
    let parts = match listed {
        Listed::One(part) => vec![part],
        Listed::Several(parts) => parts,
    };
    let texts = parts.into_iter().map(|part| match part {
        Part::Text(text) => text,
        Part::Number(number) => number.to_string(),
    });
    Ok(Some(texts.collect::<Vec<_>>().join(",")))
}

/// What is wrong with a file: on which line, with which setting, and what that must be.
fn fault(text: &str, mut error: toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| line(text, span.start));
    // Without the text at hand the library tells the setting's name, on a line after the message.
    error.set_input(None);
    let (told, message) = (error.to_string(), error.message());
    let name = told.strip_prefix(message).and_then(|rest| rest.trim().strip_prefix("in `")?.strip_suffix('`'));
    let is_plain = message.starts_with("unknown field") || message.starts_with("missing field");
    let what = if is_plain { message.replace('\n', " ") } else { format!("it must be {}", wanted(message)) };
    match name {
        Some(name) => format!("line {line}: {name}: {what}"),
        None if is_plain => format!("line {line}: {what}"),
        None => format!("line {line}: this is not TOML"),
    }
}

/// What a setting must be, as the end of a message says; what stands before may repeat the value.
fn wanted(message: &str) -> &str {
    let expected = message.rsplit_once(", expected ").map_or(message, |(_, expected)| expected);
    match expected {
        LIST => LIST,
        "a boolean" => "true or false",
        "a string" | "path string" | "wanted string or table" => "a text in quotation marks",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0 on",
        "a map" | "struct Issuer" | "struct RoleMapping" => "a table",
        "a sequence" => "a list",
        "socket address" | "invalid socket address syntax" => "an address and a port such as \"127.0.0.1:8080\"",
        labels if labels.starts_with('`') || labels.starts_with("one of `") => labels,
        _ => "what the table of settings says",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Flags, String> {
        toml::from_str(text).map_err(|error| fault(text, error))
    }

    #[test]
    fn what_takes_several_is_a_list_or_a_text_with_commas() {
        let flags = read(
            "cors_origins = [\"https://a.example\", \"http://localhost:3000\"]\nwebhook_ports = [9443, \"9444\"]\n\
             trusted_proxies = \"10.0.0.0/8, ::1/128\"\nwebhook_networks = []\n",
        );
        let settings = flags.expect("a file").resolve().expect("settings");
        assert_eq!(settings.cors_origins, ["https://a.example", "http://localhost:3000"]);
        assert_eq!((settings.webhook_ports, settings.trusted_proxies.len(), settings.webhook_networks.len()), (vec![9443, 9444], 2, 0));
        assert!(read("").expect("nothing").cors_origins.is_none());
        let told = read("cors_origins = [\"https://portal.example.vn/\"]").expect("a list").resolve().expect_err("no origin").to_string();
        assert!(told.starts_with("cors_origins: \"https://portal.example.vn/\" is not an origin"), "{told}");
    }

    #[test]
    fn a_fault_names_the_setting_and_what_it_must_be_but_no_value() {
        for (text, wanted) in [
            ("audience = \"a\"\nworkers = \"s3cret\"\n", "line 2: workers: it must be a whole number from 0 on"),
            ("connections = -1", "line 1: connections: it must be a whole number from 0 to 4294967295"),
            ("database_url = 5", "line 1: database_url: it must be a text in quotation marks"),
            ("keys_file = [\"s3cret\"]", "line 1: keys_file: it must be a text in quotation marks"),
            ("graphiql = \"s3cret\"", "line 1: graphiql: it must be true or false"),
            ("listen = \"s3cret\"", "line 1: listen: it must be an address and a port such as \"127.0.0.1:8080\""),
            ("persisted_queries = \"s3cret\"", "line 1: persisted_queries: it must be `allowed` or `required`"),
            ("\n\ncors_origins = true", "line 3: cors_origins: it must be a list of texts, or one text with commas between"),
            ("webhook_ports = [[\"s3cret\"]]", "line 1: webhook_ports: it must be a list of texts, or one text with commas between"),
            ("[http]\nidle_seconds = \"s3cret\"", "line 2: http.idle_seconds: it must be a whole number from 0 on"),
            ("[limits.PUBLIC]\ndepth = \"s3cret\"", "line 2: limits.PUBLIC.depth: it must be a whole number from 0 to 4294967295"),
            ("limits = 1", "line 1: limits: it must be a table"),
            ("[[sign_on]]\nissuer = \"https://a.example\"\naudience = \"s3cret\"", "line 3: sign_on.audience: it must be a list"),
            ("audience = s3cret", "line 1: this is not TOML"),
            ("audience = \"s3cret\"\naudience = \"s3cret\"", "line 2: this is not TOML"),
        ] {
            assert_eq!(read(text).expect_err(text), wanted);
        }
        let told = read("lisen = 1").expect_err("no such setting");
        assert!(told.starts_with("line 1: unknown field `lisen`, expected one of `database_url`"), "{told}");
        let told = read("[[sign_on]]\naudience = [\"a\"]").expect_err("no issuer");
        assert!(told.ends_with("sign_on: missing field `issuer`"), "{told}");
    }

    #[test]
    fn what_is_refused_of_a_file_is_told_with_its_line() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        let one = "[[sign_on]]\nissuer = \"https://a.example\"\naudience = [\"a\"]\n";
        let plain = format!("{one}{}", one.replace("https://a", "http://b"));
        let nobody = format!("{one}{}", one.replace("//a", "//b").replace("[\"a\"]", "[]"));
        for (text, wanted) in [
            ("\nlog = \"[[[\"", "line 2: log: "),
            ("webhook_ports = [\n9443,\n0]", "line 1: webhook_ports: \"0\" is not a port such as 9443"),
            ("graphiql = true\npersisted_queries = \"required\"", "line 2: persisted_queries: "),
            ("database_url = \"mysql:x\"", "line 1: database_url: "),
            ("evidence_store = \"x\"", "line 1: evidence_store: "),
            ("cors_origins = \"x\"", "line 1: cors_origins: "),
            ("[http]\nidle_seconds = 1\nrequest_seconds = 0", "line 3: http.request_seconds: "),
            ("http.request_seconds = 0", "line 1: http.request_seconds: "),
            ("[limits.PUBLIC]\n\ndepth = 0", "line 3: limits.PUBLIC.depth: "),
            (plain.as_str(), "line 5: sign_on.issuer: "),
            (nobody.as_str(), "line 6: sign_on.audience: "),
        ] {
            std::fs::write(&path, text).expect("a file");
            let told = Flags { config: Some(path.clone()), ..Flags::default() }.resolve().expect_err(text).to_string();
            assert!(told.starts_with(&format!("{}: {wanted}", path.display())), "{told}");
        }
        // What does not fit the command, likewise; what a flag says stands on no line.
        std::fs::write(&path, "\npersisted_manifest = \"x\"").expect("a file");
        let unfit = |flags: Flags| {
            let resolved = flags.resolve_if(|_| Err(Failure::Cannot("persisted_manifest: x: not there".into())));
            resolved.expect_err("no manifest").to_string()
        };
        let flags = Flags { config: Some(path.clone()), ..Flags::default() };
        assert_eq!(unfit(flags.clone()), format!("{}: line 2: persisted_manifest: x: not there", path.display()));
        assert_eq!(unfit(Flags { persisted_manifest: Some("x".into()), ..flags }), "persisted_manifest: x: not there");
    }
}
