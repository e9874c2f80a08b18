//! The arguments of `schemactl serve`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueEnum};

/// The region of a registry on this machine; its server accepts any.
pub(crate) const LOCAL_REGION: &str = "us-east-1";

#[derive(Debug, ClapArgs)]
pub(crate) struct ServeArgs {
    /// The port on 127.0.0.1 [default: a free one]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The folder of the registry's data [default: .schemactl/registry in the workspace, or here where there is none]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The region in ARNs
    #[arg(long, default_value = LOCAL_REGION)]
    pub(crate) region: String,
    /// The account in ARNs
    #[arg(long, default_value = "000000000000")]
    pub(crate) account: String,
    /// Allow other numbers than AWS: registries, schemas, versions, discovered-schemas, discoverers
    #[arg(long, value_name = "NAME=NUMBER", conflicts_with = "no_quotas")]
    pub(crate) quota: Vec<Quota>,
    /// Allow any number of registries, schemas, versions and discoverers
    #[arg(long)]
    pub(crate) no_quotas: bool,
    #[command(flatten)]
    pub(crate) access: ServeAccessArgs,
    #[command(flatten)]
    pub(crate) bus: ServeBusArgs,
}

/// Who may call the local registry.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Access")]
pub(crate) struct ServeAccessArgs {
    /// Accept only requests that are signed with the access key
    #[arg(long)]
    pub(crate) verify_sigv4: bool,
    /// The address to listen on; one that other machines reach needs --allow-remote
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Let other machines in; signatures are verified then
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// The access key of verified requests [default: a new one at each start]
    #[arg(
        long,
        value_name = "KEY",
        env = "SCHEMACTL_SERVE_ACCESS_KEY",
        requires = "secret_key"
    )]
    pub(crate) access_key: Option<String>,
    /// Its secret
    #[arg(
        long,
        value_name = "SECRET",
        env = "SCHEMACTL_SERVE_SECRET_KEY",
        hide_env_values = true,
        requires = "access_key"
    )]
    pub(crate) secret_key: Option<String>,
}

/// Who hears of new schemas, and gets the events that are put to the registry's own URL for its discoverers to see.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Events")]
pub(crate) struct ServeBusArgs {
    /// The EventBridge that hears of new schemas, and gets the events that are put here; in plain HTTP
    ///
    /// `Schema Created` and `Schema Version Created` are sent to it, and every PutEvents that comes to the registry's own URL
    /// (AWS_ENDPOINT_URL_EVENTBRIDGE of a producer) is passed on to it. Started discoverers learn from those events, with a bus or without.
    #[arg(long = "bus-endpoint", value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The bus
    #[arg(
        long = "bus-name",
        value_name = "NAME",
        default_value = "default",
        requires = "endpoint"
    )]
    pub(crate) name: String,
    /// The source of the events; some buses keep sources of AWS to AWS
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

/// What there is a quota of.
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
        let of = Quoted::from_str(name, false).map_err(|_| format!("there is no quota of `{name}`"))?;
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
