//! `haidang user|client|grant …`: the first administrator, and emergencies.
//! Must print a secret once and keep it nowhere; every act is an entry of the audit log.
//! The use cases are `app::access`.

use app::{
    App, View,
    access::{self, AccountChange, AccountDraft, AccountListed, GrantDraft, Terms},
    document,
};
use chrono::NaiveDate;
use domain::{
    account::{AccountId, AccountKind, AccountStatus, Scopes},
    id::Id,
};
use uuid::Uuid;

use super::{block_on, lists, operator, passing_keys, say};
use crate::{
    cli::{AccountArgs, Client, Grant, GrantArgs, TermsArgs, ThingArgs, User},
    config::Settings,
    failure::Failure,
    startup, telemetry,
};

pub(super) fn opened(settings: &Settings) -> Result<App, Failure> {
    telemetry::start(&settings.log)?;
    startup::app(settings, startup::open_current(settings)?, passing_keys()?)
}

pub fn user(settings: &Settings, command: User) -> Result<(), Failure> {
    let app = opened(settings)?;
    match command {
        User::Create(args) => create(&app, AccountKind::User, args),
        User::ResetPassword(args) => {
            let id = person(&app, &args.login)?;
            let password = block_on(access::reset_password(&app, &operator(), id))?;
            say(&format!("{}: password {password}\nIt is shown this once. The account's sessions have ended.", args.login))
        }
        User::ResetSecondFactor(args) => {
            block_on(access::reset_second_factor(&app, &operator(), person(&app, &args.login)?))?;
            say(&format!("{}: the password alone signs in from now on.", args.login))
        }
        User::List => lists::accounts(&app, AccountKind::User),
        User::Sessions(args) => lists::sessions(&app, &args.login),
        User::EndSession(args) => {
            let id = identifier(&args)?;
            block_on(access::end_session(&app, &operator(), person(&app, &args.login)?, Id::from_uuid(id)))?;
            say(&format!("{}: session {id} has ended.", args.login))
        }
        User::EndSessions(args) => {
            let ended = block_on(access::end_sessions(&app, &operator(), person(&app, &args.login)?))?;
            say(&format!("{}: sessions that have ended: {ended}", args.login))
        }
        User::Disable(args) => set_status(&app, person(&app, &args.login)?, &args.login, AccountStatus::Disabled),
        User::Enable(args) => set_status(&app, person(&app, &args.login)?, &args.login, AccountStatus::Active),
    }
}

pub fn client(settings: &Settings, command: Client) -> Result<(), Failure> {
    let app = opened(settings)?;
    match command {
        Client::Create(args) => create(&app, AccountKind::Service, args),
        Client::AddSecret(args) => {
            let (id, secret) = block_on(access::add_secret(&app, &operator(), system(&app, &args.login)?, None))?;
            say(&format!("{}: client_secret {secret}\nIt is shown this once. Its identifier is {id}.", args.login))
        }
        Client::Secrets(args) => lists::credentials(&app, &args.login, |kept| kept.secrets),
        Client::Keys(args) => lists::credentials(&app, &args.login, |kept| kept.keys),
        Client::RevokeKey(args) => {
            let id = identifier(&args)?;
            block_on(access::revoke_key(&app, &operator(), system(&app, &args.login)?, id))?;
            say(&format!("{}: key {id} is revoked.", args.login))
        }
        Client::List => lists::accounts(&app, AccountKind::Service),
        Client::RevokeSecret(args) => {
            let id = identifier(&args)?;
            block_on(access::revoke_secret(&app, &operator(), system(&app, &args.login)?, id))?;
            say(&format!("{}: secret {id} is revoked.", args.login))
        }
        Client::Disable(args) => set_status(&app, system(&app, &args.login)?, &args.login, AccountStatus::Disabled),
        Client::Enable(args) => set_status(&app, system(&app, &args.login)?, &args.login, AccountStatus::Active),
    }
}

pub fn grant(settings: &Settings, command: Grant) -> Result<(), Failure> {
    let app = opened(settings)?;
    match command {
        Grant::Give(args) => give(&app, args),
        Grant::Withdraw(args) => {
            let id = identifier(&args)?;
            block_on(access::withdraw(&app, &operator(), find(&app, &args.login)?, Id::from_uuid(id)))?;
            say(&format!("{}: grant {id} is withdrawn.", args.login))
        }
        Grant::List(args) => {
            let (view, id) = (View::new(&app, operator()), find(&app, &args.login)?);
            let lines = block_on(async {
                let grants = access::grants(&view, id).await?;
                let catalogue = view.catalogue().await?;
                let documents = document::by_ids(&view, grants.iter().filter_map(|grant| grant.basis).collect()).await?;
                let line = |grant: &domain::account::Grant| {
                    let agency = catalogue.agency_code(grant.held.agency).map_or_else(String::new, |code| format!(" of {code}"));
                    let programme = grant.held.programme.and_then(|id| catalogue.programme(id));
                    let programme = programme.map_or_else(String::new, |programme| format!(" in {}", programme.code));
                    let basis = grant.basis.map_or_else(String::new, |id| {
                        let number = documents.get(&id).and_then(|document| document.number.clone());
                        format!(", by {}", number.unwrap_or_else(|| id.to_string()))
                    });
                    format!("{} {}{agency}{programme}{}{basis}", grant.id, grant.held.role, standing(grant, view.today()))
                };
                Ok::<_, app::Error>(grants.iter().map(line).collect::<Vec<_>>())
            })?;
            lines.iter().try_for_each(|line| say(line))
        }
    }
}

/// How a grant stands on a day, and its days where it has some.
fn standing(grant: &domain::account::Grant, today: NaiveDate) -> String {
    let (from, to) = (grant.validity.from, grant.validity.to);
    let state = match (grant.revoked_at, from, to) {
        (Some(_), ..) => "withdrawn",
        (_, _, Some(to)) if to <= today => "over",
        (_, Some(from), _) if today < from => "not yet",
        _ => "in force",
    };
    let from = from.map_or_else(String::new, |day| format!(" from {day}"));
    let to = to.map_or_else(String::new, |day| format!(" until before {day}"));
    format!(", {state}{from}{to}")
}

/// The identifier of a secret, key, session or grant.
fn identifier(args: &ThingArgs) -> Result<Uuid, Failure> {
    args.id.parse().map_err(|_| Failure::Refused(format!("{} is no identifier", args.id)))
}

/// The account with a login.
fn find(app: &App, login: &str) -> Result<AccountId, Failure> {
    Ok(found(app, login)?.account.id)
}

/// As [`find`], of a person alone: the commands of systems are others.
fn person(app: &App, login: &str) -> Result<AccountId, Failure> {
    of_kind(app, login, AccountKind::User).map(|found| found.account.id)
}

/// As [`find`], of a system alone.
pub(super) fn system(app: &App, login: &str) -> Result<AccountId, Failure> {
    of_kind(app, login, AccountKind::Service).map(|found| found.account.id)
}

/// The account with a login, if it is of this kind.
pub(super) fn of_kind(app: &App, login: &str, kind: AccountKind) -> Result<AccountListed, Failure> {
    let found = found(app, login)?;
    if found.account.kind == kind {
        return Ok(found);
    }
    let told = match kind {
        AccountKind::User => "is a service account and not one of a person; its commands are those of `haidang client`",
        AccountKind::Service => "is the account of a person and no service account; its commands are those of `haidang user`",
    };
    Err(Failure::Refused(format!("{login} {told}")))
}

/// As [`find`], with what is known of it.
fn found(app: &App, login: &str) -> Result<AccountListed, Failure> {
    let found = block_on(access::by_login(&View::new(app, operator()), login))?;
    found.ok_or_else(|| Failure::Refused(format!("there is no account {login}")))
}

fn create(app: &App, kind: AccountKind, args: AccountArgs) -> Result<(), Failure> {
    let (login, name, agency, roles) = (args.login.clone(), args.name, args.agency, args.roles);
    let scopes = if args.scopes.is_empty() { Scopes::ALL } else { Scopes::of(&args.scopes) };
    let terms = terms(app, args.terms)?;
    let draft = AccountDraft { kind, login, name, agency, roles, terms, scopes, expires_at: args.expires, networks: args.networks };
    let (_, secret) = block_on(access::create(app, &operator(), draft))?;
    let label = if kind == AccountKind::Service { "client_secret" } else { "password" };
    say(&format!("{}: {label} {secret}\nIt is shown this once.", args.login))
}

/// For how long a role is given, and on what ground; the document may be told by its number.
fn terms(app: &App, args: TermsArgs) -> Result<Terms, Failure> {
    let view = View::new(app, operator());
    let basis = args.basis.map(|reference| block_on(document::named(&view, "/basis", reference))).transpose()?;
    Ok(Terms { valid_from: args.from, valid_to: args.to, basis })
}

fn set_status(app: &App, id: AccountId, login: &str, status: AccountStatus) -> Result<(), Failure> {
    let change = AccountChange { status: Some(status), ..AccountChange::default() };
    block_on(access::update(app, &operator(), id, change))?;
    say(&format!("{login}: {}", status.label()))
}

fn give(app: &App, args: GrantArgs) -> Result<(), Failure> {
    let role = args.role;
    let draft = GrantDraft { role, agency: args.agency, programme: args.programme, terms: terms(app, args.terms)? };
    let id = block_on(access::give(app, &operator(), find(app, &args.login)?, draft))?;
    say(&format!("{}: {role} is given as grant {id}.", args.login))
}
