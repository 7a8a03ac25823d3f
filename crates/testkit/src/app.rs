//! A running server over a fresh database, and the accounts that tests call it with.
//! Must not reach around HTTP except to set things up.
//! Clients are `client`, programmes to import `seed`.

use std::{
    net::SocketAddr,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Duration,
};

use app::{
    App,
    access::{AccountDraft, Terms, create},
    chasing::{Chased, run},
    evidence::Evidence,
    identity::external::Issuer,
    import::{CalendarOutcome, ImportOptions, ImportOutcome, OrganisationOutcome, calendar, organisation, programme},
    obligation::{Generated, generate},
};
use auth::{Ctx, KeySet, PersonalKeys, RequestId, TokenSettings};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    account::{AccountKind, Role, Scopes},
    allowance::{Allowance, Allowances},
    id::SystemIds,
};
use persistence::{
    Db,
    evidence_store::{EvidenceStore, StoreUrl},
    search::{self, Rebuilt},
};
use server::{Settings, Transport};
use tokio::sync::oneshot;

use crate::{client::Client, clock::TestClock, database::TestDatabase, harness::Backend};

/// A server of one test.
pub struct TestApp {
    pub base: String,
    pub app: App,
    pub db: Db,
    pub clock: TestClock,
    pub database: TestDatabase,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What an account needs to sign in.
pub struct Secrets {
    pub login: String,
    pub secret: String,
}

/// The operator, as on the command line.
pub fn operator() -> Ctx {
    Ctx::operator(RequestId::new(&SystemIds::default()), "operator")
}

/// The use cases over a database.
pub fn use_cases(db: &Db, clock: &TestClock) -> App {
    use_cases_beside(db, clock, Vec::new())
}

/// The use cases over a database, with other issuers beside our own.
pub fn use_cases_beside(db: &Db, clock: &TestClock, issuers: Vec<Issuer>) -> App {
    use_cases_with(KeySet::ephemeral().unwrap_or_else(|e| panic!("keys: {e}")), db, clock, issuers, EvidenceStore::in_memory())
}

/// Bytes of a file at most.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;

fn use_cases_with(keys: KeySet, db: &Db, clock: &TestClock, issuers: Vec<Issuer>, store: EvidenceStore) -> App {
    let tokens = TokenSettings { issuer: "http://haidang.test".into(), audience: "haidang".into() };
    server::build_app(
        db.clone(),
        keys,
        tokens,
        issuers,
        Arc::new(clock.clone()),
        Arc::new(SystemIds::default()),
        Evidence { store, max_bytes: MAX_BYTES },
    )
    .unwrap_or_else(|e| panic!("use cases: {e}"))
}

/// Runs a use case to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// Imports a file as the operator.
pub fn import_into(db: &Db, file: &[u8]) -> ImportOutcome {
    let app = use_cases(db, &TestClock::default());
    wait(programme(&app, &operator(), file, ImportOptions::default())).unwrap_or_else(|e| panic!("import: {e}"))
}

impl TestApp {
    /// A server over a database with decision 1593.
    pub fn start(backend: Backend) -> Self {
        Self::over(TestDatabase::with_programme(backend))
    }

    /// A server over this database.
    pub fn over(database: TestDatabase) -> Self {
        Self::beside(database, TestClock::default(), Vec::new())
    }

    /// A server over this database that accepts tokens of other issuers as well.
    pub fn beside(database: TestDatabase, clock: TestClock, issuers: Vec<Issuer>) -> Self {
        let evidence = StoreUrl::Folder(database.dir.path().join("evidence"));
        Self::with(database, clock, issuers, (evidence, Vec::new()), |_| {})
    }

    /// A server over a database with decision 1593, with other settings.
    pub fn set(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::with_programme(backend);
        let evidence = StoreUrl::Folder(database.dir.path().join("evidence"));
        Self::with(database, TestClock::default(), Vec::new(), (evidence, Vec::new()), change)
    }

    /// A server over this database that keeps files in this store; `AWS_…` settings of a bucket go with it.
    pub fn storing(database: TestDatabase, evidence: StoreUrl, settings: Vec<(String, String)>) -> Self {
        Self::with(database, TestClock::default(), Vec::new(), (evidence, settings), |_| {})
    }

    fn with(
        database: TestDatabase,
        clock: TestClock,
        issuers: Vec<Issuer>,
        (evidence, aws): (StoreUrl, Vec<(String, String)>),
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let db = database.open();
        let keys = KeySet::generate(&database.dir.path().join("keys.json")).unwrap_or_else(|e| panic!("keys: {e}"));
        let app = use_cases_with(keys, &db, &clock, issuers, EvidenceStore::new(evidence.clone(), aws));
        let personal = database.dir.path().join("personal-keys.json");
        PersonalKeys::generate(&personal, 0).unwrap_or_else(|e| panic!("keys: {e}"));
        app.keep_personal_keys_in(personal);
        let mut settings = Settings {
            database_url: database.url.clone(),
            evidence_store: evidence,
            evidence_max_bytes: MAX_BYTES,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys_file: None,
            personal_keys_file: None,
            issuer: "http://haidang.test".into(),
            audience: "haidang".into(),
            workers: 2,
            connections: 4,
            trusted_proxies: Vec::new(),
            webhook_networks: Vec::new(),
            webhook_ports: Vec::new(),
            webhook_log_days: 30,
            sign_on: Vec::new(),
            metrics_token: None,
            graphiql: true,
            log: "warn".into(),
            shutdown: Duration::from_secs(5),
            address_requests_per_minute: u32::MAX,
            open_connections: 10_000,
            address_connections: None,
            transport: Transport::default(),
            cors_origins: Vec::new(),
            public_max_age: 0,
            persisted_queries_required: false,
            persisted_manifest: None,
            allowances: Allowances::equal(Allowance { requests_per_minute: Allowance::MOST.requests_per_minute, ..Allowance::ACCOUNT }),
        };
        change(&mut settings);
        let (sender, receiver) = mpsc::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let running = server::serve_http(served, &settings).await.unwrap_or_else(|e| panic!("serve: {e}"));
                let (stop, stopped) = oneshot::channel::<()>();
                sender.send((running.address, stop)).unwrap_or_else(|e| panic!("tell the address: {e}"));
                // A sender that is gone means the same.
                drop(stopped.await);
                running.stop().await.unwrap_or_else(|e| panic!("the server: {e:?}"));
            });
        });
        let (address, stop) = receiver.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|e| panic!("the server did not start: {e}"));
        Self { base: format!("http://{address}"), app, db, clock, database, stop: Some(stop), thread: Some(thread) }
    }

    /// Makes a service account of an agency.
    pub fn service_account(&self, agency: &str, roles: &[Role]) -> Secrets {
        self.account(AccountKind::Service, Some(agency), roles)
    }

    /// Makes a person's account.
    pub fn user(&self, agency: Option<&str>, roles: &[Role]) -> Secrets {
        self.account(AccountKind::User, agency, roles)
    }

    fn account(&self, kind: AccountKind, agency: Option<&str>, roles: &[Role]) -> Secrets {
        let login = format!("{}-{}", agency.unwrap_or("nobody"), next_number());
        let (name, agency, roles) = (login.clone(), agency.map(str::to_owned), roles.to_vec());
        let draft = AccountDraft {
            kind,
            login: login.clone(),
            name,
            agency,
            roles,
            terms: Terms::default(),
            scopes: Scopes::ALL,
            expires_at: None,
            networks: Vec::new(),
        };
        let (_, secret) = wait(create(&self.app, &operator(), draft)).unwrap_or_else(|e| panic!("an account: {e}"));
        Secrets { login, secret }
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// The system of an agency, signed in.
    pub fn system_of(&self, agency: &str) -> Client {
        let secrets = self.service_account(agency, &[Role::AgencySystem]);
        self.anonymous().sign_in_service(&secrets)
    }

    /// A person with a role, signed in.
    pub fn person(&self, agency: Option<&str>, role: Role) -> Client {
        let secrets = self.user(agency, &[role]);
        self.anonymous().sign_in_person(&secrets)
    }

    /// Imports a file as the operator.
    pub fn import(&self, file: &serde_json::Value, options: ImportOptions) -> Result<ImportOutcome, app::Error> {
        wait(programme(&self.app, &operator(), file.to_string().as_bytes(), options))
    }

    /// Imports a calendar file as the operator.
    pub fn import_calendar(&self, file: &serde_json::Value, options: ImportOptions) -> Result<CalendarOutcome, app::Error> {
        wait(calendar(&self.app, &operator(), file.to_string().as_bytes(), options))
    }

    /// Imports an organisation file as the operator.
    pub fn import_organisation(&self, file: &serde_json::Value, options: ImportOptions) -> Result<OrganisationOutcome, app::Error> {
        wait(organisation(&self.app, &operator(), file.to_string().as_bytes(), options))
    }

    /// Makes the obligations that are missing, as the server does every hour.
    pub fn generate(&self) -> Generated {
        wait(generate(&self.app)).unwrap_or_else(|e| panic!("obligations: {e}"))
    }

    /// Sends what the rules of chasing ask for, as the server does every hour.
    pub fn chase(&self) -> Chased {
        wait(run(&self.app, &operator())).unwrap_or_else(|e| panic!("chasing: {e}"))
    }

    /// Statements sent while `f` runs, transaction control and settings not counted.
    pub fn statements<T>(&self, f: impl FnOnce() -> T) -> (u64, T) {
        let before = self.database.statements.load(Ordering::SeqCst);
        let value = f();
        (self.database.statements.load(Ordering::SeqCst) - before, value)
    }

    /// What would be found of everything if it were made anew, compared with what is kept; nothing is changed.
    pub fn made_anew(&self) -> Rebuilt {
        wait(self.db.rehearse(search::rebuild)).unwrap_or_else(|e| panic!("everything anew: {e}"))
    }

    /// The fewest statements of three times `f`, which only reads. What the server does beside it only adds to them: on a busy machine
    /// it reads a caller again that it has known for two seconds, or whose body took its time.
    pub fn fewest_statements<T>(&self, f: impl Fn() -> T) -> (u64, T) {
        let (first, value) = self.statements(&f);
        ((0..2).map(|_| self.statements(&f).0).fold(first, u64::min), value)
    }

    /// The statements themselves, each with its values as Diesel shows them.
    pub fn sent<T>(&self, f: impl FnOnce() -> T) -> (Vec<String>, T) {
        let list = |list| std::mem::replace(&mut *self.database.record.lock().unwrap_or_else(PoisonError::into_inner), list);
        list(Some(Vec::new()));
        let value = f();
        (list(None).unwrap_or_default(), value)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended by itself needs no telling.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server's thread panicked");
        }
        if crate::harness::env("HAIDANG_CHECK_SEARCH").is_some() && !std::thread::panicking() {
            let made = self.made_anew();
            assert_eq!(made.mended, 0, "what was written without what it is found by, or the reverse: {made:?}");
        }
    }
}

/// A number that no other account of this process has.
fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl TestApp {
    /// What time it is for the server.
    pub fn now(&self) -> DateTime<Utc> {
        domain::clock::Clock::now(&self.clock)
    }

    /// What time it will be for the server.
    pub fn clock_in(&self, ahead: TimeDelta) -> DateTime<Utc> {
        self.now() + ahead
    }
}

/// The code that an authenticator shows for an `otpauth` address.
///
/// # Panics
/// For an address that is none.
pub fn one_time_code(address: &str, at: DateTime<Utc>) -> String {
    let secret = address.split_once("secret=").map(|(_, rest)| rest.split('&').next().unwrap_or(rest));
    let bytes = secret.and_then(base32).unwrap_or_else(|| panic!("no secret in {address}"));
    let seconds = u64::try_from(at.timestamp()).unwrap_or_else(|e| panic!("{e}"));
    auth::OneTimeSecret::of(bytes).code_at(seconds).unwrap_or_else(|| panic!("no code"))
}

/// Base 32 without padding (RFC 4648).
fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}
