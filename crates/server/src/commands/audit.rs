//! `haidang audit verify|export|anchor`: checking the audit log and keeping its end elsewhere.
//! Must not change an entry; exporting adds one that says so.
//! The use cases are `app::audit`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use app::{
    App, Error,
    audit::{self, Anchor},
};

use super::{block_on, operator, passing_keys, say};
use crate::{cli::Audit, config::Settings, failure::Failure, startup, telemetry};

pub fn run(settings: &Settings, command: Audit) -> Result<(), Failure> {
    telemetry::start(&settings.log)?;
    let app = startup::app(settings, startup::open_current(settings)?, passing_keys()?)?;
    match command {
        Audit::Verify { anchor } => verify(&app, anchor.as_deref()),
        Audit::Export { file } => export(&app, &file),
        Audit::Anchor => {
            let anchor = block_on(audit::anchor(&app, &operator()))?;
            say(&serde_json::to_string_pretty(&anchor).map_err(Failure::cannot)?)
        }
    }
}

fn verify(app: &App, anchor: Option<&Path>) -> Result<(), Failure> {
    let anchor = match anchor {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| Failure::Cannot(format!("cannot read {}: {error}", path.display())))?;
            Some(Anchor::read(&text).map_err(|refusal| Failure::Refused(format!("{}: {refusal}", path.display())))?)
        }
        None => None,
    };
    let anchored =
        if anchor.is_some() { "" } else { " Without an anchor, entries cut from the end together with the ends kept are not noticed." };
    match block_on(audit::verify(app, &operator(), anchor))? {
        Ok(entries) => say(&format!("{entries} entries hold.{anchored}")),
        Err(broken) => Err(Failure::Refused(format!("the audit log is broken: {broken}"))),
    }
}

/// A new file that its owner alone reads: the log names people and addresses.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn export(app: &App, path: &Path) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::Cannot(format!("cannot write {}: {error}", path.display()));
    let mut file = BufWriter::new(private(path).map_err(cannot)?);
    let line = move |line: String| {
        let written = if line.is_empty() { file.flush() } else { writeln!(file, "{line}") };
        written.map_err(|_| Error::Internal("the export cannot be written"))
    };
    let entries = block_on(audit::export(app, &operator(), line))?;
    say(&format!("Wrote {entries} entries to {}", path.display()))
}
