//! What can go wrong with a database, sorted by what the caller can do about it.
//! Must not reach a client as text: the transports show a code.
//! Turned into answers by `app::error`.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection, a full queue, a statement that took too long: may be repeated later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The time of the operation that reads is over, or nobody waits for it any more.
    #[error("the time of the operation is over")]
    TooSlow,
    /// Another transaction came in between; the transaction can be run again.
    #[error("serialisation failure")]
    Serialisation,
    /// A uniqueness rule of the schema.
    #[error("unique {0}")]
    Unique(String),
    /// A reference to what is not there, or the removal of what something refers to.
    #[error("foreign key {0}")]
    ForeignKey(String),
    /// What is stored makes no sense: a defect or a hand on the database.
    #[error("inconsistent data in {table}.{column}, row {id}")]
    Inconsistent { table: &'static str, column: &'static str, id: String },
    /// The closure of a transaction panicked; nothing of it was kept.
    #[error("a database operation panicked")]
    Panicked,
    #[error(transparent)]
    Diesel(DieselError),
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::SerializationFailure => Self::Serialisation,
                _ if info.message().contains("deadlock detected") => Self::Serialisation,
                DatabaseErrorKind::UniqueViolation => Self::Unique(rule(&*info)),
                DatabaseErrorKind::ForeignKeyViolation => Self::ForeignKey(rule(&*info)),
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Unavailable(info.message().to_owned())
                }
                _ if is_passing(info.message()) => Self::Unavailable(info.message().to_owned()),
                kind => Self::Diesel(DieselError::DatabaseError(kind, info)),
            },
            other => Self::Diesel(other),
        }
    }
}

fn rule(info: &dyn DatabaseErrorInformation) -> String {
    info.constraint_name().unwrap_or_else(|| info.message()).to_owned()
}

/// Conditions that Diesel does not sort by kind but that pass by themselves.
fn is_passing(message: &str) -> bool {
    const PASSING: [&str; 6] = [
        "canceling statement due to",
        "database is locked",
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "connection to server",
    ];
    PASSING.iter().any(|words| message.contains(words))
}

/// An error that a transaction's closure may end with.
pub trait TxError: From<DbError> + Send + 'static {
    /// The database's own part in it, where that was the cause.
    fn database(&self) -> Option<&DbError>;
}

impl TxError for DbError {
    fn database(&self) -> Option<&DbError> {
        Some(self)
    }
}
