//! What the server allows. In: nothing. Out: the numbers of AWS and of this server, for a caller to change.

use std::time::Duration;

/// How many of each thing there may be. The default is what AWS allows an account in a region before it is asked for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Registries, 10.
    pub registries: u32,
    /// Schemas of a registry, 100.
    pub schemas: u32,
    /// Versions of a schema, 100.
    pub versions: u32,
    /// Schemas of the registry `discovered-schemas`, 200.
    pub discovered_schemas: u32,
    /// Discoverers, 10.
    pub discoverers: u32,
}

/// What a client may take of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time, 64. More wait until one is closed.
    pub connections: usize,
    /// How long the head of a request may take, and how long a connection may be idle: 10 seconds.
    pub head: Duration,
    /// How long the body of a request may take: 10 seconds.
    pub body: Duration,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            registries: 10,
            schemas: 100,
            versions: 100,
            discovered_schemas: 200,
            discoverers: 10,
        }
    }
}

impl Quotas {
    /// Creates quotas without limits.
    pub fn unlimited() -> Self {
        Self {
            registries: u32::MAX,
            schemas: u32::MAX,
            versions: u32::MAX,
            discovered_schemas: u32::MAX,
            discoverers: u32::MAX,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
        }
    }
}
