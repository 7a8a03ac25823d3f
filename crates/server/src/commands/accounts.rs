//! `haidang user create` and `haidang client create`.
//! Must print a secret once and keep it nowhere.
//! The use case is `app::account`.

use app::account::{AccountDraft, create as create_account};
use domain::account::AccountKind;

use super::{block_on, operator, passing_keys, say};
use crate::{cli::AccountArgs, config::Settings, failure::Failure, startup, telemetry};

pub fn create(settings: &Settings, kind: AccountKind, args: AccountArgs) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let roles = args.roles.iter().map(|role| role.parse().map_err(Failure::cannot)).collect::<Result<_, _>>()?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    let draft = AccountDraft { kind, login: args.login.clone(), name: args.name, agency: args.agency, roles };
    let (_, secret) = block_on(create_account(&app, &operator(), draft))?;
    let label = if kind == AccountKind::Service { "client_secret" } else { "password" };
    say(&format!("{}: {label} {secret}\nIt is shown this once.", args.login))
}
