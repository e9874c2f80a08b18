//! Names of resources across services: `arn:aws:schemas:REGION:ACCOUNT:registry/NAME`, `…:schema/REGISTRY/NAME` and `…:discoverer/ID`. In: the
//! region and account of the server. Out: ARNs of its resources, and resources of ARNs.

use crate::error::ServiceError;
use crate::names::{RegistryName, SchemaName, shorten_text};

/// The region and account of this server, and what its ARNs begin with.
#[derive(Clone, Debug)]
pub(crate) struct Arns {
    pub(crate) region: String,
    pub(crate) account: String,
    prefix: String,
}

/// What an ARN names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Registry(RegistryName),
    Schema(RegistryName, SchemaName),
    Discoverer(String),
}

impl Arns {
    pub(crate) fn new(region: &str, account: &str) -> Self {
        Self {
            region: region.to_owned(),
            account: account.to_owned(),
            prefix: format!("arn:aws:schemas:{region}:{account}:"),
        }
    }

    pub(crate) fn registry(&self, registry: &str) -> String {
        format!("{}registry/{registry}", self.prefix)
    }

    pub(crate) fn schema(&self, registry: &str, schema: &str) -> String {
        format!("{}schema/{registry}/{schema}", self.prefix)
    }

    pub(crate) fn discoverer(&self, id: &str) -> String {
        format!("{}discoverer/{id}", self.prefix)
    }

    /// What `arn` names. An ARN of another region or account, and one of a kind that this server does not keep, names
    /// nothing here.
    pub(crate) fn parse(&self, arn: &str) -> Result<Resource, ServiceError> {
        if !arn.starts_with("arn:") {
            return Err(ServiceError::bad_request(format!(
                "`{}` is not an ARN",
                shorten_text(arn)
            )));
        }
        let resource = arn.strip_prefix(&self.prefix).and_then(|name| name.split_once('/'));
        match resource {
            Some(("registry", name)) => Ok(Resource::Registry(RegistryName::parse(name)?)),
            Some(("discoverer", id)) => Ok(Resource::Discoverer(id.to_owned())),
            Some(("schema", names)) => {
                let (registry, schema) = names.split_once('/').unwrap_or((names, ""));
                let registry = RegistryName::parse(registry)?;
                Ok(Resource::Schema(registry, SchemaName::parse(schema)?))
            }
            _ => Err(ServiceError::not_found(format!("{} does not exist", shorten_text(arn)))),
        }
    }
}

/// The name of the event bus that an ARN of EventBridge names.
pub(crate) fn bus_of_arn(arn: &str) -> Option<&str> {
    match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "events", _, _, resource] => resource.strip_prefix("event-bus/").filter(|bus| !bus.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let arns = Arns::new("eu-west-1", "123456789012");
        let arn = arns.schema("orders", "com.shop@OrderPlaced");
        assert_eq!(
            arn,
            "arn:aws:schemas:eu-west-1:123456789012:schema/orders/com.shop@OrderPlaced"
        );
        let Ok(Resource::Schema(registry, schema)) = arns.parse(&arn) else {
            panic!("{arn} is a schema")
        };
        assert_eq!((registry.as_str(), schema.as_str()), ("orders", "com.shop@OrderPlaced"));
    }

    #[test]
    fn refuses_what_is_not_here() {
        let arns = Arns::new("us-east-1", "000000000000");
        for wrong in [
            "",
            "orders",
            "arn:aws:schemas:eu-west-1:000000000000:registry/orders",
            "arn:aws:schemas:us-east-1:000000000000:policy/x",
            "arn:aws:schemas:us-east-1:000000000000:registry/",
            "arn:aws:schemas:us-east-1:000000000000:schema/orders",
            "arn:aws:schemas:us-east-1:000000000000:schema/orders/a/b",
        ] {
            assert!(arns.parse(wrong).is_err(), "{wrong}");
        }
    }
}
