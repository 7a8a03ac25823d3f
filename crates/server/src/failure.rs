//! How a command ends when it cannot do what it was asked: a line on stderr, one more for each fault, and an exit code.
//! Must not print a stack or a secret.
//! Answers to requests are another matter; see `rest::problem`.

use std::process::ExitCode;

use app::Error;
use domain::error::Fault;

/// Why a command ended.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was asked is refused; what is wrong with it was told.
    #[error("{0}")]
    Refused(String),
    /// The surroundings do not allow it (database, files, configuration).
    #[error("{0}")]
    Cannot(String),
}

impl Failure {
    /// A failure of the surroundings.
    pub fn cannot(what: impl std::fmt::Display) -> Self {
        Self::Cannot(what.to_string())
    }

    /// Tells it on stderr and gives the exit code.
    pub(crate) fn tell(&self) -> ExitCode {
        use std::io::Write;
        // Without a stderr there is nobody to tell; the exit code remains.
        let _ = writeln!(std::io::stderr(), "haidang: {self}");
        match self {
            Self::Refused(_) => ExitCode::from(1),
            Self::Cannot(_) => ExitCode::from(2),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                let place = |pointer: &str| if pointer.is_empty() { "(as a whole)".to_owned() } else { pointer.to_owned() };
                let fault = |fault: &Fault| format!("\n  {}: {} [{}]", place(&fault.pointer), fault.message.en, fault.code.label());
                Self::Refused(refusal.message.en.to_string() + &refusal.faults.iter().map(fault).collect::<String>())
            }
            other => Self::Cannot(other.to_string()),
        }
    }
}

impl From<persistence::DbError> for Failure {
    fn from(error: persistence::DbError) -> Self {
        Self::Cannot(error.to_string())
    }
}
