//! The arguments of `schemactl serve`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueEnum};

use crate::suggestions::list_values;

/// The region of a registry on this machine; its server accepts any.
pub(crate) const LOCAL_REGION: &str = "us-east-1";

#[derive(Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    /// Port to listen on, such as 4010 [default: a free port]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Folder for the data [default: .schemactl/registry]
    ///
    /// The default is in the workspace, or in this folder if there is no workspace
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// AWS region in ARNs
    #[arg(long, default_value = LOCAL_REGION)]
    pub(crate) region: String,
    /// AWS account ID in ARNs
    #[arg(long, default_value = "000000000000")]
    pub(crate) account: String,
    /// Change a quota, such as versions=500 [default: the quotas of AWS]
    ///
    /// Of registries, schemas, versions, discovered-schemas or discoverers
    #[arg(long, value_name = "NAME=NUMBER", conflicts_with = "no_quotas")]
    pub(crate) quota: Vec<Quota>,
    /// Remove all quotas
    ///
    /// Any number of registries, schemas, versions and discoverers
    #[arg(long)]
    pub(crate) no_quotas: bool,
    #[command(flatten)]
    pub(crate) access: ServeAccessArgs,
    #[command(flatten)]
    pub(crate) bus: ServeBusArgs,
}

/// The options that limit who may call the local registry.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Access")]
pub(crate) struct ServeAccessArgs {
    /// Accept only requests that are signed with the access key
    ///
    /// By Signature Version 4
    #[arg(long)]
    pub(crate) verify_sigv4: bool,
    /// Address to listen on
    ///
    /// An address that other machines can reach requires --allow-remote
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Accept requests from other machines
    ///
    /// It turns on --verify-sigv4
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Access key ID [default: a new one at each start]
    #[arg(
        long,
        value_name = "KEY",
        env = "SCHEMACTL_SERVE_ACCESS_KEY",
        requires = "secret_key"
    )]
    pub(crate) access_key: Option<String>,
    /// Secret access key [default: a new one at each start]
    #[arg(
        long,
        value_name = "SECRET",
        env = "SCHEMACTL_SERVE_SECRET_KEY",
        hide_env_values = true,
        requires = "access_key"
    )]
    pub(crate) secret_key: Option<String>,
}

/// The event bus that is notified of new schemas, and that receives the events of PutEvents requests to the local registry.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Events")]
pub(crate) struct ServeBusArgs {
    /// EventBridge endpoint to notify and to forward events to
    ///
    /// It receives (over HTTP) `Schema Created` and `Schema Version Created`, and every PutEvents request that a producer sends to the URL of the local
    /// registry (AWS_ENDPOINT_URL_EVENTBRIDGE). Started discoverers read these events, also without an event bus.
    #[arg(long = "bus-endpoint", value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Name of the event bus
    #[arg(
        long = "bus-name",
        value_name = "NAME",
        default_value = "default",
        requires = "endpoint"
    )]
    pub(crate) name: String,
    /// Source of the notifications
    ///
    /// Some event buses reject sources that start with `aws.`
    #[arg(
        long = "bus-source",
        value_name = "SOURCE",
        default_value = "aws.schemas",
        requires = "endpoint"
    )]
    pub(crate) source: String,
}

/// A quota of the local registry: `versions=500`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) of: Quoted,
    pub(crate) number: u32,
}

/// The resources that have a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Quoted {
    Registries,
    Schemas,
    Versions,
    DiscoveredSchemas,
    Discoverers,
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = text.split_once('=').ok_or("write NAME=NUMBER, such as versions=500")?;
        let of = Quoted::from_str(name, false)
            .map_err(|_| format!("unknown quota `{name}`; {}", list_values::<Quoted>(name)))?;
        let number = number.parse().map_err(|_| format!("`{number}` is not a number"))?;
        Ok(Self { of, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_a_name_and_a_number() {
        let quota: Quota = "discovered-schemas=5".parse().unwrap();
        assert_eq!((quota.of, quota.number), (Quoted::DiscoveredSchemas, 5));
        for wrong in ["versions", "versions=", "versions=-1", "regions=1", "=1"] {
            assert!(wrong.parse::<Quota>().is_err(), "{wrong}");
        }
    }
}
