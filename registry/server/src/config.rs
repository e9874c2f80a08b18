//! How a server is set up. In: the folder of its data, and by choice a port, a region and an account. Out: a [`Config`] for
//! [`start`](crate::start()).

use std::path::PathBuf;

/// Where the server listens and keeps its data. It always listens on 127.0.0.1 and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub(crate) data: PathBuf,
    pub(crate) port: u16,
    pub(crate) region: String,
    pub(crate) account: String,
}

impl Config {
    /// A server with its data in the folder `data`, which is created if need be, on a free port.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            port: 0,
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
        }
    }

    /// The port to listen on; 0 means a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The region in the ARNs that the server hands out, us-east-1 unless said otherwise. ARNs are not stored, so the
    /// same data can be served as another region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// The account in the ARNs that the server hands out, 000000000000 unless said otherwise.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }
}
