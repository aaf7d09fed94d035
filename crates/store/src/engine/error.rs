//! What can go wrong in storage, with a stable code for programs. No message carries a stored value.

use std::fmt;

/// The result of every storage call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Which kind of constraint a statement broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A primary key or unique key exists already.
    Unique,
    /// A row refers to one that is not there, or one referred to would go.
    ForeignKey,
    /// A `CHECK`, `NOT NULL` or a text with a NUL character (which PostgreSQL cannot hold).
    Value,
}

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another writer was faster; the whole unit may be tried again.
    #[error("another change came first: {0}")]
    Conflict(String),
    /// A row that must exist does not.
    #[error("{0}: no such row")]
    NotFound(&'static str),
    /// The disk (or the database's quota) is full. Nothing was written; works again once there is room.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The database cannot be reached or went away; works again once it is back.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A stored row does not fit what the program expects of it.
    #[error("damaged row in {table}.{column} ({row})")]
    Corrupt {
        /// The table, as the statement names it.
        table: String,
        /// The result column.
        column: String,
        /// The ids and numbers that stand in the row before that column, and what was wrong.
        row: String,
    },
    /// A constraint of the schema was broken: a defect of the caller, or a key that exists already.
    #[error("constraint broken ({broken:?}): {name}")]
    Constraint {
        /// Its kind.
        broken: Broken,
        /// The engine's words for it; never a value.
        name: String,
    },
    /// Not an error of the store: a unit of work declined, and everything it wrote was rolled back. See [`Error::refuse`].
    #[error("refused: {0}")]
    Refused(Box<dyn std::error::Error + Send + Sync>),
    /// The schema and this program do not belong together.
    #[error("schema: {0}")]
    Schema(String),
    /// The keys directory is incomplete, unsafe or not the one the data was sealed with.
    #[error("keys: {0}")]
    Keys(String),
    /// A defect: a statement that does not fit the schema, a panic inside a unit, and the like.
    #[error("internal storage error: {0}")]
    Internal(String),
}

impl Error {
    /// The stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "conflict",
            Self::NotFound(_) => "not_found",
            Self::Full(_) => "storage_full",
            Self::Unavailable(_) => "storage_unavailable",
            Self::Corrupt { .. } => "storage_corrupt",
            Self::Constraint { .. } => "constraint",
            Self::Refused(_) => "refused",
            Self::Schema(_) => "schema_mismatch",
            Self::Keys(_) => "keys",
            Self::Internal(_) => "storage_internal",
        }
    }

    /// Whether the same call may succeed later without any change by the caller.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Full(_) | Self::Unavailable(_))
    }

    /// Whether a primary or unique key exists already.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Constraint { broken: Broken::Unique, .. })
    }

    /// Wraps a domain refusal so that it rolls the unit of work back and reaches the caller of `write` unchanged;
    /// unwrap it there with [`Error::refusal`].
    pub fn refuse(reason: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Refused(Box::new(reason))
    }

    /// The refusal of type `R` inside, or the error itself.
    pub fn refusal<R: std::error::Error + 'static>(self) -> Result<R, Self> {
        match self {
            Self::Refused(reason) => reason.downcast::<R>().map(|r| *r).map_err(Self::Refused),
            other => Err(other),
        }
    }

    /// An [`Error::Internal`] from anything printable.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// Files: a full disk is [`Error::Full`], anything else [`Error::Internal`]. The path is not in the message.
impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match e.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full(e.kind().to_string()),
            kind => Self::Internal(format!("file: {kind}")),
        }
    }
}
