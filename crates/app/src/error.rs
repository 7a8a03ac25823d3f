//! What a use case can end with: a "no" that the caller understands, or a failure that it must not see.
//! Must not carry a database's text to a client.
//! The codes are `domain::error`.

use domain::error::{Code, Refusal};
use persistence::{DbError, error::TxError, evidence_store::StoreError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Internal(&'static str),
}

impl Error {
    /// What the caller is told. Everything else belongs in the log.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::Db(DbError::TooSlow) => Refusal::new(Code::TooSlow),
            Self::Db(DbError::Unavailable(_) | DbError::Serialisation) | Self::Store(_) => Refusal::new(Code::Unavailable),
            Self::Db(_) | Self::Internal(_) => Refusal::new(Code::Internal),
        }
    }

    /// Whether it is the service's own failure and belongs in the log as one.
    pub fn is_failure(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::Db(DbError::TooSlow))
    }
}

impl TxError for Error {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Refused(_) | Self::Store(_) | Self::Internal(_) => None,
        }
    }
}
