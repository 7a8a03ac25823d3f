//! The command line.
//! Must not do anything; commands are carried out in `commands`.
//! Settings that every command shares are `config`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

#[derive(Subcommand)]
pub enum Command {
    /// Try it out: an embedded database with decision 1593 and demo accounts
    Demo(DemoArgs),
    /// Serve in production
    Serve,
    /// Bring the database's schema up to this version
    Migrate,
    /// Import from a file
    #[command(subcommand)]
    Import(Import),
    /// Write the published specifications, or compare them with those checked in
    Export(ExportArgs),
    /// Signing keys
    #[command(subcommand)]
    Keys(Keys),
    /// Accounts of people
    #[command(subcommand)]
    User(User),
    /// Service accounts of agencies' systems
    #[command(subcommand)]
    Client(Client),
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
}

#[derive(Args)]
pub struct ImportArgs {
    pub file: PathBuf,
    /// Do everything, then undo it
    #[arg(long)]
    pub dry_run: bool,
    /// Change what an earlier import stored
    #[arg(long)]
    pub apply_changes: bool,
    /// Tell the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Specification {
    Openapi,
    Graphql,
}

#[derive(Args)]
pub struct ExportArgs {
    pub what: Specification,
    /// Compare with the file and write nothing
    #[arg(long)]
    pub check: bool,
    /// The file, if not openapi/openapi.json or openapi/schema.graphql
    #[arg(long)]
    pub file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Keys {
    /// Make a key file that only its owner can read
    Generate,
}

#[derive(Subcommand)]
pub enum User {
    /// Make an account and print its first password, once
    Create(AccountArgs),
}

#[derive(Subcommand)]
pub enum Client {
    /// Make a service account and print its secret, once
    Create(AccountArgs),
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
    #[arg(long = "role", required = true)]
    pub roles: Vec<String>,
}
