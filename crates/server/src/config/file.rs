//! The file of settings: it is read where flags and environment say nothing, and what cannot be read is told by name.
//! Must not repeat a value, which may be a secret.
//! What may stand in it is `super::Flags`.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::Flags;
use crate::failure::Failure;

const LIST: &str = "a list of texts, or one text with commas between";

impl Flags {
    /// These settings, with those of the file where they say nothing.
    pub(super) fn or_file(self) -> Result<Self, Failure> {
        let Some(path) = self.config.clone() else { return Ok(self) };
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::Cannot(format!("cannot read {}: {error}", path.display())))?;
        let file: Self = toml::from_str(&text).map_err(|error| Failure::Cannot(format!("{}: {}", path.display(), fault(&text, error))))?;
        Ok(Self {
            config: self.config,
            database_url: self.database_url.or(file.database_url),
            evidence_store: self.evidence_store.or(file.evidence_store),
            evidence_max_bytes: self.evidence_max_bytes.or(file.evidence_max_bytes),
            listen: self.listen.or(file.listen),
            keys_file: self.keys_file.or(file.keys_file),
            personal_keys_file: self.personal_keys_file.or(file.personal_keys_file),
            issuer: self.issuer.or(file.issuer),
            audience: self.audience.or(file.audience),
            workers: self.workers.or(file.workers),
            connections: self.connections.or(file.connections),
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies),
            webhook_networks: self.webhook_networks.or(file.webhook_networks),
            webhook_ports: self.webhook_ports.or(file.webhook_ports),
            webhook_log_days: self.webhook_log_days.or(file.webhook_log_days),
            metrics_token: self.metrics_token.or(file.metrics_token),
            graphiql: self.graphiql.or(file.graphiql),
            log: self.log.or(file.log),
            shutdown_seconds: self.shutdown_seconds.or(file.shutdown_seconds),
            address_requests_per_minute: self.address_requests_per_minute.or(file.address_requests_per_minute),
            open_connections: self.open_connections.or(file.open_connections),
            address_connections: self.address_connections.or(file.address_connections),
            cors_origins: self.cors_origins.or(file.cors_origins),
            public_max_age: self.public_max_age.or(file.public_max_age),
            persisted_queries: self.persisted_queries.or(file.persisted_queries),
            persisted_manifest: self.persisted_manifest.or(file.persisted_manifest),
            limits: file.limits,
            http: file.http,
            sign_on: file.sign_on,
        })
    }
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
    let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
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
}
