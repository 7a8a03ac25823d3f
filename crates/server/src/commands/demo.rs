//! `haidang demo`: everything needed to try the service, made once in one folder.
//! Must not be used in production: it serves GraphiQL and makes accounts by itself, though never with known secrets.
//! Production is `serve`.

use std::{fs, io, net::Ipv4Addr, path::Path};

use app::{
    App, Error, View,
    access::{self, AccountDraft, Terms},
    import::{ImportOptions, ImportOutcome, calendar as import_calendar, programme as import_programme},
};
use auth::{Ctx, KeySet, PersonalKeys};
use domain::{
    account::{AccountKind, Role, Scopes},
    clock::{Clock, SystemClock},
};
use persistence::{evidence_store::StoreUrl, url::DatabaseUrl};
use serde::Serialize;
use serde_json::Value;

use super::{block_on, demo_facts, operator, say};
use crate::{cli::DemoArgs, config::Settings, failure::Failure, http, jobs, startup, telemetry};

const DATABASE: &str = "haidang.db";
const KEYS: &str = "keys.json";
const PERSONAL_KEYS: &str = "personal-keys.json";
/// The folder in which everything is made at the first start.
const MAKING: &str = "making";
const CREDENTIALS: &str = "demo-credentials.json";

/// A demo account as it is written down.
#[derive(Serialize)]
struct Credential {
    kind: &'static str,
    name: String,
    agency: Option<String>,
    roles: Vec<&'static str>,
    #[serde(flatten)]
    secret: Secret,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Secret {
    Client { client_id: String, client_secret: String },
    User { username: String, password: String },
}

pub fn run(mut settings: Settings, args: &DemoArgs) -> Result<(), Failure> {
    let (database, credentials) = (args.data.join(DATABASE), args.data.join(CREDENTIALS));
    if credentials.exists() && !database.exists() {
        let (database, credentials) = (database.display(), credentials.display());
        return Err(Failure::Cannot(format!("{credentials} is there but not its database {database}; remove the folder to start over")));
    }
    telemetry::start(&settings.log)?;
    let cannot = |error| Failure::Cannot(format!("cannot use the folder {}: {error}", args.data.display()));
    make_private(&args.data).and_then(|()| clear(&args.data.join(MAKING))).map_err(cannot)?;
    settings = settled_in(settings, &args.data);
    block_on(async {
        if !database.exists() {
            make(&settings, &args.data).await?;
            // A file that another connection closes at this moment goes with the next start.
            drop(clear(&args.data.join(MAKING)));
        }
        let (app, outcome) = prepared(&settings, &args.data).await?;
        if !is_whole(&credentials) {
            make_accounts(&app, &operator(), &credentials).await?;
        }
        jobs::start(&app, settings.keys_file.clone());
        let running = http::serve(app.clone(), &settings).await?;
        let at = format!("http://{}", running.address);
        say(&format!(
            "Hải Đăng is running with programme {} ({} tasks, {} agencies).\n\n{}\n  Credentials  {}\n\nStop it with Ctrl-C.",
            outcome.programme,
            outcome.counts.tasks,
            outcome.counts.agencies,
            addresses(&at, settings.graphiql),
            credentials.display()
        ))?;
        running.ended().await?;
        app.end_webhooks(settings.shutdown).await;
        Ok(())
    })
}

/// Where somebody begins, a line for each address that is served.
fn addresses(at: &str, graphiql: bool) -> String {
    let known = [("GraphQL", "/graphql"), ("GraphiQL", "/graphiql"), ("REST docs", "/docs"), ("OpenAPI", "/openapi.json")];
    let served = known.iter().filter(|(_, path)| graphiql || *path != "/graphiql");
    served.map(|(name, path)| format!("  {name:<13}{at}{path}")).collect::<Vec<_>>().join("\n")
}

/// The demo's own database and keys, whatever the environment and the file name; flags for them are refused (see `cli`).
fn settled_in(settings: Settings, folder: &Path) -> Settings {
    Settings {
        database_url: DatabaseUrl::Sqlite(folder.join(DATABASE)),
        keys_file: Some(folder.join(KEYS)),
        personal_keys_file: Some(folder.join(PERSONAL_KEYS)),
        evidence_store: StoreUrl::Folder(folder.join("evidence")),
        ..settings
    }
}

/// The use cases over the demo's database with what ships, which changes nothing where it is there already.
async fn prepared(settings: &Settings, folder: &Path) -> Result<(App, ImportOutcome), Failure> {
    let db = startup::open(settings)?;
    startup::migrate(&db)?;
    make_personal_keys(&folder.join(PERSONAL_KEYS))?;
    let app = startup::app(settings, db, keys(&folder.join(KEYS))?)?;
    let outcome = import_programme(&app, &operator(), startup::PROGRAMME_1593, ImportOptions::default()).await?;
    for file in startup::CALENDARS {
        import_calendar(&app, &operator(), file, ImportOptions::default()).await?;
    }
    app.open_evidence()?;
    Ok((app, outcome))
}

/// Makes everything in a folder within, from which it is taken when it is whole: a start that is broken off leaves no half of it.
async fn make(settings: &Settings, data: &Path) -> Result<(), Failure> {
    let beside = data.join(MAKING);
    let cannot = |error| Failure::Cannot(format!("cannot use the folder {}: {error}", beside.display()));
    make_private(&beside).map_err(cannot)?;
    let settings = Settings { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..settled_in(settings.clone(), &beside) };
    let (app, _) = prepared(&settings, &beside).await?;
    let credentials = beside.join(CREDENTIALS);
    make_accounts(&app, &operator(), &credentials).await?;
    let running = http::start(app, &settings).await?;
    let base = format!("http://{}", running.address);
    let recorded = actix_web::web::block(move || demo_facts::record(&base, &credentials)).await;
    running.stop().await?;
    recorded.map_err(Failure::cannot)??;
    // A copy, since connections may be open still.
    let copy = beside.join("whole.db");
    startup::open(&settings)?.copy_into(&copy).map_err(Failure::cannot)?;
    close_to_others(&copy).map_err(cannot)?;
    // The database before the file that tells of its accounts: those of a database without it are made anew.
    let parts = [(KEYS, KEYS), (PERSONAL_KEYS, PERSONAL_KEYS), ("whole.db", DATABASE), (CREDENTIALS, CREDENTIALS)];
    parts.iter().try_for_each(|(from, to)| fs::rename(beside.join(from), data.join(to))).map_err(cannot)
}

/// Takes away what was left of making the demo.
fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the file one that its owner alone reads.
fn close_to_others(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    fs::File::open(file)?.sync_all()
}

/// Makes the folder, readable by its owner alone, if it is not there yet.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The keys of the folder, made at the first run.
fn keys(path: &Path) -> Result<KeySet, Failure> {
    let keys = if path.exists() { KeySet::load(path) } else { KeySet::generate(path) };
    keys.map_err(|error| Failure::Cannot(format!("{}: {error}", path.display())))
}

/// The key for personal data, made at the first run.
fn make_personal_keys(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let made = PersonalKeys::generate(path, SystemClock.now().timestamp());
    made.map(drop).map_err(|error| Failure::Cannot(format!("{}: {error}", path.display())))
}

/// The secret of a demo account, which is made where it is missing. One that is there, of a start that was broken off or whose file
/// was lost, gets a new secret, and whatever it had before is worth nothing.
async fn secret_for(app: &App, operator: &Ctx, draft: AccountDraft) -> Result<String, Error> {
    let view = View::new(app, operator.clone());
    let (kind, found) = (draft.kind, access::by_login(&view, &draft.login).await?);
    let Some(id) = found.map(|listed| listed.account.id) else {
        view.end().await?;
        return Ok(access::create(app, operator, draft).await?.1);
    };
    let old = if kind == AccountKind::Service { access::credentials(&view, id).await?.secrets } else { Vec::new() };
    view.end().await?;
    if kind == AccountKind::User {
        return access::reset_password(app, operator, id).await;
    }
    for secret in old.iter().filter(|secret| secret.revoked_at.is_none()) {
        access::revoke_secret(app, operator, id, secret.id).await?;
    }
    Ok(access::add_secret(app, operator, id, None).await?.1)
}

/// The demo accounts: kind, login, name, agency, role.
const ACCOUNTS: [(AccountKind, &str, &str, Option<&str>, Role); 6] = [
    (AccountKind::Service, "so-tttt-system", "Hệ thống của Sở Thông tin và Truyền thông", Some("so-tttt"), Role::AgencySystem),
    (AccountKind::Service, "bao-hai-phong-system", "Hệ thống của Báo Hải Phòng", Some("bao-hai-phong"), Role::AgencySystem),
    (AccountKind::User, "admin", "Quản trị viên", None, Role::Admin),
    (AccountKind::User, "standing", "Thường trực Ban chỉ đạo", Some("so-tttt"), Role::Standing),
    (AccountKind::Service, "so-tai-chinh-system", "Hệ thống của Sở Tài chính", Some("so-tai-chinh"), Role::Finance),
    (AccountKind::Service, "so-noi-vu-system", "Hệ thống của Sở Nội vụ", Some("so-noi-vu"), Role::Personnel),
];

/// Whether the secrets of all demo accounts are written down; a file that was cut off or emptied is made anew.
fn is_whole(path: &Path) -> bool {
    let written: Vec<Value> = fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let is_written = |login: &str| {
        let is_of = |entry: &&Value| [&entry["client_id"], &entry["username"]].iter().any(|name| name.as_str() == Some(login));
        let entry = written.iter().find(is_of);
        entry.is_some_and(|entry| entry["client_secret"].is_string() || entry["password"].is_string())
    };
    ACCOUNTS.iter().all(|(_, login, ..)| is_written(login))
}

/// Makes the demo accounts and writes their secrets where only the owner reads them.
async fn make_accounts(app: &App, operator: &Ctx, path: &Path) -> Result<(), Failure> {
    let mut credentials = Vec::new();
    for (kind, login, name, agency, role) in ACCOUNTS {
        let agency = agency.map(str::to_owned);
        let draft = AccountDraft {
            kind,
            login: login.into(),
            name: name.into(),
            agency: agency.clone(),
            roles: vec![role],
            terms: Terms::default(),
            scopes: Scopes::ALL,
            expires_at: None,
            networks: Vec::new(),
        };
        let shown = secret_for(app, operator, draft)
            .await
            .map_err(|error| Failure::Cannot(format!("cannot make the demo accounts ({error}); remove the folder to start over")))?;
        let login = login.to_owned();
        let secret = match kind {
            AccountKind::Service => Secret::Client { client_id: login, client_secret: shown },
            AccountKind::User => Secret::User { username: login, password: shown },
        };
        let kind = if kind == AccountKind::Service { "service" } else { "user" };
        credentials.push(Credential { kind, name: name.into(), agency, roles: vec![role.label()], secret });
    }
    let text = serde_json::to_string_pretty(&credentials).map_err(Failure::cannot)?;
    let gone = match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    gone.and_then(|()| auth::write_private(path, &format!("{text}\n")))
        .map_err(|error| Failure::Cannot(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_served_is_not_told() {
        let all = "  GraphQL      x/graphql\n  GraphiQL     x/graphiql\n  REST docs    x/docs\n  OpenAPI      x/openapi.json";
        assert_eq!(addresses("x", true), all);
        assert_eq!(addresses("x", false), all.replace("  GraphiQL     x/graphiql\n", ""));
    }
}
