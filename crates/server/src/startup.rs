//! What happens before the first request: database, schema, keys, use cases.
//! Must not start on a schema that does not fit, and never repairs one by itself.
//! Called by the commands and by the test kit.

use std::sync::Arc;

use app::{
    App,
    evidence::Evidence,
    identity::external::{Issuer, Issuers},
    webhook::{self, Targets},
};
use auth::{KeySet, TokenSettings, Tokens};
use domain::{
    clock::{Clock, SystemClock},
    id::{IdSource, SystemIds},
};
use persistence::{
    Db, Options,
    evidence_store::EvidenceStore,
    migrate::{self, MigrateError, SchemaState},
    url::DatabaseUrl,
};

use crate::{
    commands::operator,
    config::{Settings, aws_environment},
    failure::Failure,
    outgoing::Guarded,
    sign_on::Https,
};

/// Decision 1593/QĐ-UBND of Hải Phòng, as it ships.
pub const PROGRAMME_1593: &[u8] = include_bytes!("../../../data/programme-1593.json");

/// The bodies of Hải Phòng through time, as they ship.
pub const ORGANISATION: &[u8] = include_bytes!("../../../data/organisation-haiphong.json");

/// Working days and the regimes of decision 1593, as they ship.
pub const CALENDARS: [&[u8]; 2] =
    [include_bytes!("../../../data/calendars/working-days.json"), include_bytes!("../../../data/calendars/regimes-1593.json")];

/// Opens the database.
pub(crate) fn open(settings: &Settings) -> Result<Db, Failure> {
    let options = Options { connections: settings.connections, ..Options::default() };
    Db::open(&settings.database_url, &options).map_err(|error| Failure::Cannot(format!("cannot open {}: {error}", settings.database_url)))
}

/// Opens a database that must be there already, with a schema that fits.
pub(crate) fn open_current(settings: &Settings) -> Result<Db, Failure> {
    if let DatabaseUrl::Sqlite(path) = &settings.database_url
        && !path.exists()
    {
        return Err(Failure::Cannot(format!("there is no database at {}; run haidang migrate first", path.display())));
    }
    let db = open(settings)?;
    require_current(&db)?;
    Ok(db)
}

/// Refuses a schema that is missing, behind, half migrated or newer.
fn require_current(db: &Db) -> Result<(), Failure> {
    let said = match migrate::state(db).map_err(Failure::cannot)? {
        SchemaState::Current => return Ok(()),
        SchemaState::Empty => "the database has no schema yet; run haidang migrate".to_owned(),
        SchemaState::Behind { missing } => format!("the schema is older than this binary ({}); run haidang migrate", missing.join(", ")),
        // Migrating refuses these as well, in the same words.
        SchemaState::HalfMigrated { missing } => MigrateError::HalfMigrated(missing.join(", ")).to_string(),
        SchemaState::Newer { unknown } => MigrateError::Newer(unknown.join(", ")).to_string(),
    };
    Err(Failure::Cannot(said))
}

/// Brings the schema up to this version; gives the migrations applied.
pub(crate) fn migrate(db: &Db) -> Result<Vec<String>, Failure> {
    migrate::up(db).map_err(Failure::cannot)
}

/// The use cases over an open database.
///
/// # Errors
/// When password hashing cannot be prepared.
pub fn build_app(
    db: Db,
    keys: KeySet,
    tokens: TokenSettings,
    issuers: Vec<Issuer>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    evidence: Evidence,
) -> Result<App, Failure> {
    let tokens = Tokens::new(keys, tokens, Arc::clone(&clock), Arc::clone(&ids));
    App::new(db, clock, ids, tokens, Issuers::new(issuers, Arc::new(Https::default())), evidence).map_err(Failure::cannot)
}

/// What webhooks are sent with.
pub fn webhooks(targets: Targets, keep_days: u32) -> webhook::Setup {
    webhook::Setup { post: Arc::new(Guarded::new(targets.clone())), targets, keep_days, by: operator() }
}

/// The use cases with the clock and identifiers of the machine.
pub(crate) fn app(settings: &Settings, db: Db, keys: KeySet) -> Result<App, Failure> {
    let tokens = TokenSettings { issuer: settings.issuer.clone(), audience: settings.audience.clone() };
    let store = EvidenceStore::new(settings.evidence_store.clone(), aws_environment());
    let evidence = Evidence { store, max_bytes: settings.evidence_max_bytes };
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
    let app = build_app(db, keys, tokens, settings.sign_on.clone(), clock, ids, evidence)?;
    if let Some(path) = &settings.personal_keys_file {
        app.keep_personal_keys_in(path.clone());
    }
    let targets = Targets { networks: settings.webhook_networks.clone(), ports: settings.webhook_ports.clone() };
    app.send_webhooks_with(webhooks(targets, settings.webhook_log_days));
    Ok(app)
}
