//! Why a server does not start. Each error knows the path or port it is about; what to do about it is for the command line
//! to say.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// A reason not to start. Nothing listens then, and no data was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The folder for the data does not exist and cannot be created.
    #[error("cannot create the data folder {}: {error}", path.display())]
    DataFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Another program has locked the database.
    #[error("the database {} is locked by another program", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The file is no SQLite database, or a damaged one.
    #[error("the database {} is damaged: {message}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite found.
        message: String,
    },
    /// An SQLite database of another program.
    #[error("{} is a database, but not one of schemactl", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// A database that a newer schemactl wrote.
    #[error("the database {} has format {found}; this schemactl reads formats up to {known}", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// The format of the file.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// The database cannot be used for another reason, such as missing permission.
    #[error("cannot open the database {}: {message}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        message: String,
    },
    /// An address that others reach, without a key that requests have to be signed with.
    #[error("{address} can be reached from other machines, and signatures are not verified")]
    Exposed {
        /// The address that was asked for.
        address: IpAddr,
    },
    /// The port is taken or not permitted.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address and port that were asked for.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// No threads to run on.
    #[error("cannot start the server's threads: {0}")]
    Threads(io::Error),
}
