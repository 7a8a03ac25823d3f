//! Settings: from flags, then the environment, then a TOML file, then defaults.
//! Must be the only place that reads the environment; secrets are masked wherever settings are shown.
//! The README's table of settings is held against this by a test.

mod connections;
mod file;
mod outside;
mod ranges;
mod transport;

use std::{
    ffi::OsString,
    net::SocketAddr,
    num::{NonZero, NonZeroU16},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use app::identity::external::Issuer;
use clap::{Arg, Args};
use ipnet::IpNet;
use persistence::{evidence_store::StoreUrl, url::DatabaseUrl};
use serde::Deserialize;

use domain::allowance::Allowances;

use crate::{failure::Failure, sign_on::is_confidential, telemetry};
pub(crate) use connections::{files, fitting, of_address};
use outside::{Limits, PersistedQueries, allowances, origins};
use ranges::within;
use transport::Http;
pub use transport::{Patience, Transport, http_known};

/// What is wrong where documents are required and none are named.
pub const UNNAMED: &str = "persisted_queries: where they are required, a persisted_manifest names them";

/// Settings as they can be given; flags and environment are read by clap, the file by serde.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// A TOML file with any of these settings
    #[arg(long, global = true, env = "HAIDANG_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// sqlite:PATH or postgres://…
    #[arg(long, global = true, env = "HAIDANG_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the files of reports are kept: `file:FOLDER` or `s3://BUCKET/PREFIX` (endpoint, region and keys from `AWS_…`)
    #[arg(long, global = true, env = "HAIDANG_EVIDENCE_STORE", value_name = "URL")]
    pub evidence_store: Option<String>,
    /// Bytes of such a file at most
    #[arg(long, global = true, env = "HAIDANG_EVIDENCE_MAX_BYTES", value_name = "N")]
    pub evidence_max_bytes: Option<u64>,
    /// Address and port to listen on
    #[arg(long, global = true, env = "HAIDANG_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// File with the signing keys (see `haidang keys generate`)
    #[arg(long, global = true, env = "HAIDANG_KEYS_FILE", value_name = "FILE")]
    pub keys_file: Option<PathBuf>,
    /// File with the keys of restricted fields of people (see `haidang personal-keys generate`)
    #[arg(long, global = true, env = "HAIDANG_PERSONAL_KEYS_FILE", value_name = "FILE")]
    pub personal_keys_file: Option<PathBuf>,
    /// `iss` of tokens: the service's own address
    #[arg(long, global = true, env = "HAIDANG_ISSUER", value_name = "URL")]
    pub issuer: Option<String>,
    /// `aud` of tokens
    #[arg(long, global = true, env = "HAIDANG_AUDIENCE", value_name = "NAME")]
    pub audience: Option<String>,
    /// Threads that serve requests
    #[arg(long, global = true, env = "HAIDANG_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Database connections at most
    #[arg(long, global = true, env = "HAIDANG_CONNECTIONS", value_name = "N")]
    pub connections: Option<u32>,
    /// Networks (CIDR) of proxies whose X-Forwarded-For is believed, with commas between them
    #[arg(long, global = true, env = "HAIDANG_TRUSTED_PROXIES", value_name = "NETWORKS")]
    #[serde(default, deserialize_with = "file::list")]
    pub trusted_proxies: Option<String>,
    /// Networks (CIDR) that webhooks may lead to beside the public Internet, over plain HTTP too, with commas between them
    #[arg(long, global = true, env = "HAIDANG_WEBHOOK_NETWORKS", value_name = "NETWORKS")]
    #[serde(default, deserialize_with = "file::list")]
    pub webhook_networks: Option<String>,
    /// Ports that webhooks may lead to beside 443 and 8443, with commas between them
    #[arg(long, global = true, env = "HAIDANG_WEBHOOK_PORTS", value_name = "PORTS")]
    #[serde(default, deserialize_with = "file::list")]
    pub webhook_ports: Option<String>,
    /// Days for which the log of webhooks keeps what was delivered
    #[arg(long, global = true, env = "HAIDANG_WEBHOOK_LOG_DAYS", value_name = "N")]
    pub webhook_log_days: Option<u32>,
    /// Bearer token for /metrics; without one only this machine may read it
    #[arg(long, global = true, env = "HAIDANG_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Serve /graphiql
    #[arg(long, global = true, env = "HAIDANG_GRAPHIQL", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub graphiql: Option<bool>,
    /// What is logged, e.g. info or haidang=debug
    #[arg(long, global = true, env = "HAIDANG_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Seconds that requests in flight are given at shutdown
    #[arg(long, global = true, env = "HAIDANG_SHUTDOWN_SECONDS", value_name = "N")]
    pub shutdown_seconds: Option<u64>,
    /// Requests a minute that one network address may send, whoever its callers are
    #[arg(long, global = true, env = "HAIDANG_ADDRESS_REQUESTS_PER_MINUTE", value_name = "N")]
    pub address_requests_per_minute: Option<u32>,
    /// Connections of clients at most
    #[arg(long, global = true, env = "HAIDANG_OPEN_CONNECTIONS", value_name = "N")]
    pub open_connections: Option<usize>,
    /// Connections of one network address at most; proxies that are trusted have as many as there are
    #[arg(long, global = true, env = "HAIDANG_ADDRESS_CONNECTIONS", value_name = "N")]
    pub address_connections: Option<usize>,
    /// Origins whose pages may ask, with commas between them, e.g. `https://portal.example.vn`
    #[arg(long, global = true, env = "HAIDANG_CORS_ORIGINS", value_name = "ORIGINS")]
    #[serde(default, deserialize_with = "file::list")]
    pub cors_origins: Option<String>,
    /// Seconds for which caches may answer for this service what is public
    #[arg(long, global = true, env = "HAIDANG_PUBLIC_MAX_AGE", value_name = "SECONDS")]
    pub public_max_age: Option<u32>,
    /// `allowed`: GraphQL documents may be asked for by their hash; `required`: those of the manifest are all that is executed
    #[arg(long, global = true, env = "HAIDANG_PERSISTED_QUERIES", value_name = "WHICH")]
    pub persisted_queries: Option<PersistedQueries>,
    /// File with GraphQL documents that are known from the start
    #[arg(long, global = true, env = "HAIDANG_PERSISTED_MANIFEST", value_name = "FILE")]
    pub persisted_manifest: Option<PathBuf>,
    /// What callers may ask for, by `PUBLIC`, `ACCOUNT` or role; in the file only
    #[arg(skip)]
    #[serde(default)]
    pub limits: Limits,
    /// What a request may be and how long a client is waited for; in the file only
    #[arg(skip)]
    #[serde(default)]
    pub http: Http,
    /// Other issuers whose access tokens are accepted; in the file only
    #[arg(skip)]
    #[serde(default)]
    pub sign_on: Vec<Issuer>,
}

/// A setting whose environment variable is empty counts as not set there.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub fn unless_empty(setting: Arg) -> Arg {
    let is_empty = setting.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { setting.env(None) } else { setting }
}

/// Each setting as the file, the command line and the environment name it.
pub fn settings_known() -> Vec<(String, String, String)> {
    let command = Flags::augment_args(clap::Command::new("haidang"));
    let named = command.get_arguments().filter(|argument| argument.get_id() != "config").filter_map(|argument| {
        let variable = argument.get_env()?.to_str()?.to_owned();
        Some((argument.get_id().to_string(), format!("--{}", argument.get_long()?), variable))
    });
    named.collect()
}

/// Settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    pub database_url: DatabaseUrl,
    pub evidence_store: StoreUrl,
    pub evidence_max_bytes: u64,
    pub listen: SocketAddr,
    pub keys_file: Option<PathBuf>,
    pub personal_keys_file: Option<PathBuf>,
    pub issuer: String,
    pub audience: String,
    pub workers: usize,
    pub connections: u32,
    pub trusted_proxies: Vec<IpNet>,
    pub webhook_networks: Vec<IpNet>,
    pub webhook_ports: Vec<u16>,
    pub webhook_log_days: u32,
    pub metrics_token: Option<String>,
    pub graphiql: bool,
    pub log: String,
    pub shutdown: Duration,
    pub address_requests_per_minute: u32,
    pub open_connections: usize,
    /// None: a thousand, or a quarter of all where that is less.
    pub address_connections: Option<usize>,
    pub transport: Transport,
    pub cors_origins: Vec<String>,
    pub public_max_age: u32,
    pub persisted_queries_required: bool,
    pub persisted_manifest: Option<PathBuf>,
    pub allowances: Allowances,
    pub sign_on: Vec<Issuer>,
}

impl Flags {
    /// Settings in force.
    ///
    /// # Errors
    /// For a file that cannot be read, an unknown database URL, or numbers that cannot be; with the line of the file that says it.
    pub fn resolve(self) -> Result<Settings, Failure> {
        self.resolve_if(|_| Ok(()))
    }

    /// As [`Flags::resolve`], if they fit what they are for; a misfit begins with the name of its setting.
    ///
    /// # Errors
    /// As there, and what does not fit.
    pub fn resolve_if(self, fit: impl FnOnce(&Settings) -> Result<(), Failure>) -> Result<Settings, Failure> {
        let (given, source) = self.or_file()?;
        let settled = given.settled().and_then(|settings| fit(&settings).map(|()| settings));
        settled.map_err(|failure| source.located(failure))
    }

    /// As [`Flags::resolve_if`], with what the demo shows where neither flag, environment nor file says otherwise.
    ///
    /// # Errors
    /// As there.
    pub fn resolve_for_demo(self, fit: impl FnOnce(&Settings) -> Result<(), Failure>) -> Result<Settings, Failure> {
        let (given, source) = self.or_file()?;
        let settled = Self { graphiql: given.graphiql.or(Some(true)), ..given }.settled();
        settled.and_then(|settings| fit(&settings).map(|()| settings)).map_err(|failure| source.located(failure))
    }

    /// What is given, checked, with the defaults of what is not.
    fn settled(self) -> Result<Settings, Failure> {
        let given = self;
        let database_url = given.database_url.as_deref().unwrap_or("sqlite:haidang.db").parse::<DatabaseUrl>();
        let database_url = database_url.map_err(|error| Failure::Cannot(format!("database_url: {error}")))?;
        let evidence_store = match given.evidence_store.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => url.parse().map_err(Failure::cannot)?,
            None => StoreUrl::Folder(beside(&database_url)),
        };
        let evidence_max_bytes = given.evidence_max_bytes.unwrap_or(20 * 1024 * 1024);
        let listen = given.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get).min(*ranges::WORKERS.end());
        let trusted_proxies = listed("trusted_proxies", given.trusted_proxies.as_deref(), "a network such as 10.0.0.0/8")?;
        let webhook_networks = listed("webhook_networks", given.webhook_networks.as_deref(), "a network such as 10.0.0.0/8")?;
        let webhook_ports: Vec<NonZeroU16> = listed("webhook_ports", given.webhook_ports.as_deref(), "a port such as 9443")?;
        let log = given.log.clone().unwrap_or_else(|| "info".into());
        telemetry::filter(&log)?;
        let persisted_queries_required = given.persisted_queries == Some(PersistedQueries::Required);
        if persisted_queries_required && given.persisted_manifest.is_none() {
            return Err(Failure::Cannot(UNNAMED.into()));
        }
        given.refuse_unnamed()?;
        refuse_ambiguous(&given.sign_on)?;
        let shutdown_seconds = within("shutdown_seconds", given.shutdown_seconds.unwrap_or(8), &ranges::SHUTDOWN_SECONDS)?;
        let per_address = given.address_requests_per_minute.unwrap_or(6_000);
        let for_address = given.address_connections.map(|most| within("address_connections", most, &ranges::OPEN)).transpose()?;
        Ok(Settings {
            database_url,
            evidence_store,
            evidence_max_bytes: within("evidence_max_bytes", evidence_max_bytes, &ranges::EVIDENCE_BYTES)?,
            listen,
            keys_file: given.keys_file,
            personal_keys_file: given.personal_keys_file,
            issuer: given.issuer.unwrap_or_else(|| format!("http://{listen}")),
            audience: given.audience.unwrap_or_else(|| "haidang".into()),
            workers: within("workers", given.workers.unwrap_or(cores), &ranges::WORKERS)?,
            connections: within("connections", given.connections.unwrap_or(8), &ranges::CONNECTIONS)?,
            trusted_proxies,
            webhook_networks,
            webhook_ports: webhook_ports.into_iter().map(NonZeroU16::get).collect(),
            webhook_log_days: within("webhook_log_days", given.webhook_log_days.unwrap_or(30), &ranges::LOG_DAYS)?,
            metrics_token: given.metrics_token.filter(|token| !token.is_empty()),
            graphiql: given.graphiql.unwrap_or(false),
            log,
            shutdown: Duration::from_secs(shutdown_seconds),
            address_requests_per_minute: within("address_requests_per_minute", per_address, &ranges::PER_MINUTE)?,
            open_connections: within("open_connections", given.open_connections.unwrap_or(25_000), &ranges::OPEN)?,
            address_connections: for_address,
            transport: Transport::new(&given.http)?,
            cors_origins: origins(given.cors_origins.as_deref().unwrap_or_default())?,
            public_max_age: within("public_max_age", given.public_max_age.unwrap_or(0), &ranges::MAX_AGE)?,
            persisted_queries_required,
            persisted_manifest: given.persisted_manifest,
            allowances: allowances(&given.limits)?,
            sign_on: given.sign_on,
        })
    }

    /// Who issues tokens has a name, and so have those whom they are for.
    fn refuse_unnamed(&self) -> Result<(), Failure> {
        let issuers = self.issuer.iter().map(|issuer| ("issuer", issuer));
        for (setting, issuer) in issuers.chain(self.sign_on.iter().map(|issuer| ("sign_on.issuer", &issuer.issuer))) {
            if !is_issuer(issuer) {
                let wanted = "an https URL such as https://haidang.example.vn, or http on this machine, without a query or a fragment";
                return Err(Failure::Cannot(format!("{setting}: {issuer:?} is not {wanted}")));
            }
        }
        if self.audience.as_ref().is_some_and(|audience| audience.trim().is_empty()) {
            return Err(Failure::Cannot("audience: name whom tokens are for, such as haidang".into()));
        }
        Ok(())
    }
}

/// What a setting lists, with commas between.
fn listed<T: FromStr>(setting: &str, text: Option<&str>, wanted: &str) -> Result<Vec<T>, Failure> {
    let parts = text.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| Failure::Cannot(format!("{setting}: {part:?} is not {wanted}")))).collect()
}

/// What a list says, with commas between.
fn told<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Each issuer once, and for somebody.
fn refuse_ambiguous(issuers: &[Issuer]) -> Result<(), Failure> {
    for (i, issuer) in issuers.iter().enumerate() {
        let name = &issuer.issuer;
        if issuers[..i].iter().any(|other| other.issuer == *name) {
            return Err(Failure::Cannot(format!("sign_on.issuer: {name:?} is there twice")));
        }
        if issuer.audience.is_empty() || issuer.audience.iter().any(|audience| audience.trim().is_empty()) {
            return Err(Failure::Cannot(format!("sign_on.audience: name whom tokens of {name:?} are for, such as [\"haidang\"]")));
        }
    }
    Ok(())
}

/// Whether an issuer may be called so (RFC 8414, section 2): what it vouches for must not be changed on the way.
fn is_issuer(url: &str) -> bool {
    let host = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest)).unwrap_or_default();
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte));
    is_confidential(url) && is_plain && !host.is_empty() && !host.starts_with(':') && !host.contains('@')
}

/// The folder for evidence where none is named: beside an embedded database, else here.
fn beside(database: &DatabaseUrl) -> PathBuf {
    let folder = match database {
        DatabaseUrl::Sqlite(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()),
        DatabaseUrl::Postgres(_) => None,
    };
    folder.unwrap_or_else(|| Path::new(".")).join("haidang-evidence")
}

/// The variables that tools for S3 share; they hold secrets, and are shown nowhere.
pub fn aws_environment() -> Vec<(String, String)> {
    let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty()).collect()
}

impl Settings {
    /// Each setting with its value in force, secrets masked.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let path = |path: &Option<PathBuf>| path.as_ref().map_or_else(|| "(none)".into(), |path| path.display().to_string());
        vec![
            ("database_url", self.database_url.to_string()),
            ("evidence_store", self.evidence_store.to_string()),
            ("evidence_max_bytes", self.evidence_max_bytes.to_string()),
            ("listen", self.listen.to_string()),
            ("keys_file", path(&self.keys_file)),
            ("personal_keys_file", path(&self.personal_keys_file)),
            ("issuer", self.issuer.clone()),
            ("audience", self.audience.clone()),
            ("workers", self.workers.to_string()),
            ("connections", self.connections.to_string()),
            ("trusted_proxies", told(&self.trusted_proxies)),
            ("webhook_networks", told(&self.webhook_networks)),
            ("webhook_ports", told(&self.webhook_ports)),
            ("webhook_log_days", self.webhook_log_days.to_string()),
            ("metrics_token", self.metrics_token.as_ref().map_or("(none)", |_| "***").into()),
            ("graphiql", self.graphiql.to_string()),
            ("log", self.log.clone()),
            ("shutdown_seconds", self.shutdown.as_secs().to_string()),
            ("address_requests_per_minute", self.address_requests_per_minute.to_string()),
            ("open_connections", self.open_connections.to_string()),
            ("address_connections", of_address(self.address_connections, self.open_connections).to_string()),
            ("cors_origins", self.cors_origins.join(", ")),
            ("persisted_queries", if self.persisted_queries_required { "required" } else { "allowed" }.into()),
            ("persisted_manifest", path(&self.persisted_manifest)),
            ("public_max_age", self.public_max_age.to_string()),
            ("sign_on", self.sign_on.iter().map(|issuer| issuer.issuer.as_str()).collect::<Vec<_>>().join(", ")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_unknown_keys_are_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:9000\"\naudience = \"a\"\n").expect("a file");
        let flags = Flags { config: Some(path.clone()), audience: Some("b".into()), ..Flags::default() };
        let settings = flags.clone().resolve().expect("settings");
        assert_eq!((settings.listen.port(), settings.audience.as_str()), (9000, "b"));
        std::fs::write(&path, "lisen = 1\n").expect("a file");
        assert!(flags.clone().resolve().is_err());
        std::fs::write(&path, "audience = \"a\"\nworkers = \"s3cret\"\n").expect("a file");
        let told = flags.resolve().expect_err("a text is no number").to_string();
        assert_eq!(told, format!("{}: line 2: workers: it must be a whole number from 0 on", path.display()));
    }

    #[test]
    fn what_the_demo_shows_stands_below_the_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        std::fs::write(&path, "graphiql = false\n").expect("a file");
        let (none, file) = (Flags::default(), Flags { config: Some(path), ..Flags::default() });
        let flag = Flags { graphiql: Some(true), ..file.clone() };
        let shown = |flags: &Flags| {
            let [served, demo] = [flags.clone().resolve(), flags.clone().resolve_for_demo(|_| Ok(()))];
            (served.expect("settings").graphiql, demo.expect("settings").graphiql)
        };
        assert_eq!([shown(&none), shown(&file), shown(&flag)], [(false, true), (false, false), (true, true)]);
    }

    #[test]
    fn tokens_are_for_somebody() {
        for nobody in ["", " "] {
            let told = Flags { audience: Some(nobody.into()), ..Flags::default() }.resolve().expect_err("no audience").to_string();
            assert_eq!(told, "audience: name whom tokens are for, such as haidang");
        }
    }

    #[test]
    fn an_issuer_is_an_address_that_nobody_can_speak_for() {
        for fine in [
            "https://haidang.haiphong.gov.vn",
            "https://sso.example/realms/city",
            "https://sso.example:8443",
            "http://127.0.0.1:8080",
            "http://localhost",
        ] {
            let settings = Flags { issuer: Some(fine.into()), ..Flags::default() }.resolve();
            assert_eq!(settings.expect("settings").issuer, fine);
        }
        for not in [
            "",
            "haidang",
            "haidang.example",
            "http://haidang.example",
            "https://",
            "https:///x",
            "https://:443",
            "ftp://haidang.example",
            "https://a b",
            "https://example/?x",
            "https://example/#x",
            "https://user@example",
            "http://127.0.0.1.example",
            "https://hải-đăng.vn",
            "http://127.0.0.1:80@evil.example/",
        ] {
            let told = Flags { issuer: Some(not.into()), ..Flags::default() }.resolve().expect_err(not).to_string();
            assert!(told.starts_with("issuer: ") && told.contains("https URL"), "{told}");
        }
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        std::fs::write(&path, "[[sign_on]]\nissuer = \"http://sso.example\"\naudience = [\"a\"]\n").expect("a file");
        let told = Flags { config: Some(path.clone()), ..Flags::default() }.resolve().expect_err("plain http").to_string();
        assert!(told.starts_with(&format!("{}: line 2: sign_on.issuer: ", path.display())), "{told}");
    }

    #[test]
    fn each_issuer_stands_once_and_its_tokens_are_for_somebody() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        let one = "[[sign_on]]\nissuer = \"https://sso.example\"\naudience = [\"a\"]\n";
        let refused = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            Flags { config: Some(path.clone()), ..Flags::default() }.resolve().map(drop).map_err(|failure| failure.to_string())
        };
        assert_eq!(refused(one), Ok(()));
        assert!(refused(&one.repeat(2)).is_err_and(|told| told.contains(": line 5: sign_on.issuer: ") && told.contains("twice")));
        for audience in ["[]", "[\"\"]"] {
            let told = refused(&one.replace("[\"a\"]", audience)).expect_err("no audience");
            assert!(told.contains(": line 3: sign_on.audience: "), "{told}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        let flags =
            Flags { database_url: Some("postgres://u:s3cret@h/d".into()), metrics_token: Some("s3cret".into()), ..Flags::default() };
        let shown = format!("{:?}", flags.resolve().expect("settings").shown());
        assert!(!shown.contains("s3cret") && shown.contains("***"), "{shown}");
    }
}
