//! `haidang personal-keys generate|rotate|status|remove`: the keys that seal restricted fields of people.
//! Must not print a key, only its name; every act but making the file is an entry of the audit log.
//! The use cases are `app::person::keys`.

use std::{io::ErrorKind, path::PathBuf};

use app::person::keys::{KeyStanding, remove, rotate, status};
use auth::{KeyError, PersonalKeys};
use domain::clock::{Clock, SystemClock};

use super::{accounts::opened, block_on, operator, say};
use crate::{cli::PersonalKeys as Command, config::Settings, failure::Failure};

fn file(settings: &Settings) -> Result<PathBuf, Failure> {
    settings.personal_keys_file.clone().ok_or_else(|| Failure::Cannot("name the file with --personal-keys-file".into()))
}

pub fn run(settings: &Settings, command: Command) -> Result<(), Failure> {
    let path = file(settings)?;
    match command {
        Command::Generate => generate(&path),
        Command::Rotate => {
            let rotated = block_on(rotate(&opened(settings)?, &operator()))?;
            let key = if rotated.is_new { "new key" } else { "carried on with key" };
            say(&format!("{key} {}; values sealed anew: {}", rotated.key, rotated.moved))?;
            let broken: Vec<String> = rotated.broken.iter().map(|(person, field)| format!("\n  {field} of person {person}")).collect();
            if broken.is_empty() {
                return Ok(());
            }
            Err(Failure::Refused(format!("what does not open stays as it is:{}", broken.concat())))
        }
        Command::Status => block_on(status(&opened(settings)?, &operator()))?.iter().try_for_each(|key| say(&line(key))),
        Command::Remove { key } => {
            block_on(remove(&opened(settings)?, &operator(), key.clone()))?;
            say(&format!("{key} is taken out."))
        }
    }
}

fn line(key: &KeyStanding) -> String {
    let state = match (key.is_in_file, key.seals) {
        (false, _) => ", missing in the file",
        (true, true) => ", seals now",
        (true, false) if key.values == 0 => ", can be taken out",
        (true, false) => "",
    };
    format!("{}: {} values{state}", key.key, key.values)
}

fn generate(path: &std::path::Path) -> Result<(), Failure> {
    PersonalKeys::generate(path, SystemClock.now().timestamp()).map_err(|error| {
        let told = match &error {
            KeyError::Write(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                "the file exists and is left as it is; haidang personal-keys rotate adds a new key to it".into()
            }
            _ => error.to_string(),
        };
        Failure::Cannot(format!("{}: {told}", path.display()))
    })?;
    say(&format!("Wrote a key for personal data to {}. Keep a copy elsewhere: without it what it seals is lost.", path.display()))
}
