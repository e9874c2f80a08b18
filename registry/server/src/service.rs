//! What every operation knows of the server: the names it hands out, its quotas, its languages, and whether anybody hears of
//! changes.

use crate::arn::Arns;
use crate::error::{ErrorKind, ServiceError};
use crate::languages::Languages;
use crate::limits::Quotas;
use crate::names::{DISCOVERED, RegistryName};
use crate::notices::Notices;

/// The settings of one server.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) arns: Arns,
    pub(crate) quotas: Quotas,
    pub(crate) languages: Languages,
    /// Whether events about changes go to a bus.
    pub(crate) publishes: bool,
    /// Who hears of what no answer tells.
    pub(crate) notices: Notices,
}

impl Service {
    /// How many schemas a registry may hold.
    pub(crate) fn schemas_of(&self, registry: &RegistryName) -> u32 {
        match registry.as_str() {
            DISCOVERED => self.quotas.discovered_schemas,
            _ => self.quotas.schemas,
        }
    }
}

/// Refuses one more of what there is a quota of. What AWS answers there is not documented; the models of all operations
/// that create have 403.
pub(crate) fn within_quota(
    quota: u32,
    what: &str,
    count: impl FnOnce() -> rusqlite::Result<u32>,
) -> Result<(), ServiceError> {
    // Counting takes the longer the more there is, and who has no quota has the most.
    if quota == u32::MAX || count()? < quota {
        return Ok(());
    }
    let message = format!("The quota of {quota} {what} is reached.");
    Err(ServiceError::new(ErrorKind::Forbidden, message))
}

#[cfg(test)]
impl Service {
    /// A server that allows what AWS allows, and generates nothing.
    pub(crate) fn for_tests() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self {
            arns: Arns::new("us-east-1", "000000000000"),
            quotas: Quotas::default(),
            languages: Languages::default(),
            publishes: false,
            notices: Notices::default(),
        })
    }
}
