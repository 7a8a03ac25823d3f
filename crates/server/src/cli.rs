//! The command line.
//! Must not do anything; commands are carried out in `commands`.
//! Settings that every command shares are `config`.

use std::path::PathBuf;

use app::generate::Scale;
use chrono::{DateTime, NaiveDate, Utc};
use clap::{
    ArgMatches, Args, CommandFactory, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
    error::ErrorKind,
    parser::ValueSource,
};
use domain::account::{Role, Scope};

use crate::config::Flags;

/// Hải Đăng tracks government action programmes: REST for agencies' systems, GraphQL for frontends.
#[derive(Parser)]
#[command(name = "haidang", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: Command,
}

/// What the demo keeps in its own folder.
const FIXED_IN_DEMO: [(&str, &str); 4] = [
    ("database_url", "--database-url"),
    ("keys_file", "--keys-file"),
    ("personal_keys_file", "--personal-keys-file"),
    ("evidence_store", "--evidence-store"),
];

impl Cli {
    /// Refuses flags that the command would not follow.
    pub fn refuse_idle(&self, matches: &ArgMatches) -> Result<(), clap::Error> {
        if !matches!(self.command, Command::Demo(_)) {
            return Ok(());
        }
        let is_given = |(id, _): &&(&str, &str)| matches.value_source(id) == Some(ValueSource::CommandLine);
        match FIXED_IN_DEMO.iter().find(is_given) {
            None => Ok(()),
            Some((_, flag)) => {
                let told = format!("the argument '{flag}' cannot be used with 'demo', which keeps everything in its --data folder");
                Err(Self::command().error(ErrorKind::ArgumentConflict, told))
            }
        }
    }
}

/// Reads a role; the help and a refusal name all that there are.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.label())).try_map(|label| label.parse::<Role>())
}

/// Reads a scope, in the same way.
fn scope() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.iter().map(|scope| scope.label())).try_map(|label| label.parse::<Scope>())
}

#[derive(Subcommand)]
pub enum Command {
    /// Try it out: an embedded database with decision 1593 and demo accounts
    ///
    /// Database, keys and evidence are kept in one folder of its own, whatever the environment and the file of settings name.
    Demo(DemoArgs),
    /// Serve in production
    Serve,
    /// Bring the database's schema up to this version
    Migrate,
    /// Import from a file
    #[command(subcommand)]
    Import(Import),
    /// Fill an empty database with made-up programmes and reports, for load tests
    ///
    /// Empty is one without another programme than decision 1593, and in which nobody has recorded anything: without accounts, reports,
    /// movements of budgets, deliverables, trainings and meetings. What imports made may be there. Accounts are made afterwards.
    Generate(GenerateArgs),
    /// Write the published specifications, or compare them with those checked in
    Export(ExportArgs),
    /// Signing keys
    #[command(subcommand)]
    Keys(Keys),
    /// Keys that seal restricted fields of people
    #[command(subcommand)]
    PersonalKeys(PersonalKeys),
    /// Accounts of people
    #[command(subcommand)]
    User(User),
    /// Service accounts of agencies' systems
    #[command(subcommand)]
    Client(Client),
    /// Roles of accounts
    #[command(subcommand)]
    Grant(Grant),
    /// The audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Files on reports
    #[command(subcommand)]
    Evidence(Evidence),
    /// What everything is found by
    #[command(subcommand)]
    Search(Search),
    /// Print the settings in force, secrets masked
    Config,
}

#[derive(Args)]
pub struct DemoArgs {
    /// Folder for the database, the keys and the credentials
    #[arg(long, default_value = "./haidang-data")]
    pub data: PathBuf,
}

#[derive(Subcommand)]
pub enum Import {
    /// A programme with its decision, tasks and agencies (see data/programme.schema.json)
    Programme(ImportArgs),
    /// Working days and reporting regimes (see data/calendar.schema.json)
    Calendar(ImportArgs),
    /// Agencies through time: bodies, rolls, codes and what happened to them (see data/organisation.schema.json)
    Organisation(ImportArgs),
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ImportArgs {
    pub file: PathBuf,
    /// Do everything, then undo it
    #[arg(long)]
    pub dry_run: bool,
    /// Change what an earlier import stored
    #[arg(long)]
    pub apply_changes: bool,
    /// Leave alone what is stored already, whatever the file says of it
    #[arg(long, conflicts_with_all = ["dry_run", "apply_changes"])]
    pub if_missing: bool,
    /// Tell the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum Search {
    /// Make anew what everything is found by, and tell what was not as it should be
    ///
    /// While it runs, nothing that can be found is changed; everything can be read. A new version that finds by other rules does this by
    /// itself when it migrates or starts.
    Rebuild,
}

#[derive(Args)]
pub struct GenerateArgs {
    /// How much, e.g. 1 or 0.05; scale 1 is 100 agencies, 5 programmes, 1,000 tasks and 100,000 reports
    #[arg(long, value_name = "N")]
    pub scale: Scale,
    /// The same seed and scale make the same content
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub seed: u64,
    /// Do it although the database holds programmes, accounts or records, which may be real
    #[arg(long)]
    pub beside_existing: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Specification {
    Openapi,
    Graphql,
    /// The table operation × role
    Access,
}

#[derive(Args)]
pub struct ExportArgs {
    pub what: Specification,
    /// Compare with the file and write nothing
    #[arg(long)]
    pub check: bool,
    /// The file, if not openapi/openapi.json, openapi/schema.graphql or docs/access.md
    #[arg(long)]
    pub file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Keys {
    /// Make a key file that only its owner can read
    Generate,
    /// Add a new signing key; the old one verifies until its tokens are dead
    Rotate,
}

#[derive(Subcommand)]
pub enum PersonalKeys {
    /// Make a file with a key that only its owner can read
    Generate,
    /// Make a new key and seal everything anew with it; one that was broken off is carried on
    Rotate,
    /// List the keys with how many values lie under each
    Status,
    /// Take a key out of the file under which nothing lies any more
    Remove {
        /// Name of the key, as `status` tells it
        key: String,
    },
}

#[derive(Subcommand)]
pub enum User {
    /// Make an account and print its first password, once
    Create(AccountArgs),
    /// Give a new random password and end the account's sessions
    ResetPassword(LoginArgs),
    /// Take away a second factor that was lost
    ResetSecondFactor(LoginArgs),
    /// List the accounts of people, with their roles in force
    List,
    /// List the sessions that go on
    Sessions(LoginArgs),
    /// End one session, whose tokens are worth nothing within seconds
    EndSession(ThingArgs),
    /// End every session of the account
    EndSessions(LoginArgs),
    /// Let the account sign in no more
    Disable(LoginArgs),
    /// Let the account sign in again
    Enable(LoginArgs),
}

#[derive(Subcommand)]
pub enum Client {
    /// Make a service account and print its secret, once
    Create(AccountArgs),
    /// Make another secret and print it, once; two are in force at most
    AddSecret(LoginArgs),
    /// List the secrets, without the secrets themselves
    Secrets(LoginArgs),
    /// Revoke a secret
    RevokeSecret(ThingArgs),
    /// List the public keys
    Keys(LoginArgs),
    /// Revoke a public key
    RevokeKey(ThingArgs),
    /// List the service accounts, with their roles in force
    List,
    /// Let the account sign in no more
    Disable(LoginArgs),
    /// Let the account sign in again
    Enable(LoginArgs),
}

#[derive(Subcommand)]
pub enum Grant {
    /// Give a role to an account
    Give(GrantArgs),
    /// Withdraw a role at once
    Withdraw(ThingArgs),
    /// List the roles that an account ever had
    List(LoginArgs),
}

#[derive(Subcommand)]
pub enum Audit {
    /// Check that no entry was changed, removed or moved
    Verify {
        /// What `haidang audit anchor` printed at some time; finds entries cut from the end since
        #[arg(long)]
        anchor: Option<PathBuf>,
    },
    /// Write every entry to a new file, one JSON object a line
    Export { file: PathBuf },
    /// Print where the log ends, for keeping elsewhere
    Anchor,
}

#[derive(Subcommand)]
pub enum Evidence {
    /// Remove the bytes that no file has, of uploads that died; a running server does so by itself
    Sweep,
}

#[derive(Args)]
pub struct LoginArgs {
    /// User name or `client_id`
    pub login: String,
}

#[derive(Args)]
pub struct ThingArgs {
    /// User name or `client_id`
    pub login: String,
    /// Identifier of the secret, key, session or grant
    pub id: String,
}

#[derive(Args)]
pub struct GrantArgs {
    /// User name or `client_id`
    pub login: String,
    /// A role, e.g. `AGENCY_APPROVER`
    #[arg(value_parser = role())]
    pub role: Role,
    /// Code of the agency, for the roles of agencies
    #[arg(long)]
    pub agency: Option<String>,
    /// Code of the programme, if not in all
    #[arg(long)]
    pub programme: Option<String>,
    #[command(flatten)]
    pub terms: TermsArgs,
}

/// For how long a role is given, and on what ground.
#[derive(Args)]
pub struct TermsArgs {
    /// First day of the role
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// First day on which it no longer holds
    #[arg(long, value_name = "DAY")]
    pub to: Option<NaiveDate>,
    /// Number, or identifier, of the document that it rests on
    #[arg(long, value_name = "DOCUMENT")]
    pub basis: Option<String>,
}

#[derive(Args)]
pub struct AccountArgs {
    /// User name or `client_id`
    pub login: String,
    /// Name for people
    #[arg(long)]
    pub name: String,
    /// Code of the agency
    #[arg(long)]
    pub agency: Option<String>,
    /// A role, e.g. `AGENCY_SYSTEM`; may be given several times
    #[arg(long = "role", required = true, value_name = "ROLE", value_parser = role())]
    pub roles: Vec<Role>,
    #[command(flatten)]
    pub terms: TermsArgs,
    /// A network (CIDR) from which it may be used; may be given several times
    #[arg(long = "network", value_name = "NETWORK")]
    pub networks: Vec<String>,
    /// What its tokens may be given for; may be given several times, all if not
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ' ', value_parser = scope())]
    pub scopes: Vec<Scope>,
    /// When it ends, e.g. `2027-01-01T00:00:00Z`
    #[arg(long, value_name = "INSTANT")]
    pub expires: Option<DateTime<Utc>>,
}
