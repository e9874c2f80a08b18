//! From settings to a client of the service. In: profile, region, endpoint and registry, each as the AWS CLI takes them.
//! Out: an [`EventBridge`] that has made no call yet.
//!
//! Precedence, highest first: the option, `AWS_ENDPOINT_URL_SCHEMAS`, `AWS_ENDPOINT_URL`, the profile. All but the first
//! is the SDK's own doing, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` included.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_schemas::Client;
use aws_sdk_schemas::config::{Builder, Credentials, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::os_shim_internal::{Env, Fs};
use tokio::runtime::{self, Runtime};

use crate::answered::StatusObserver;
use crate::client::EventBridge;

/// Long enough for a connection across the world, short enough to sit through when there is none.
const CONNECT: Duration = Duration::from_secs(5);

/// Where the registry is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// The registry's name.
    pub registry: String,
    /// A profile of the AWS configuration files.
    pub profile: Option<String>,
    /// A region such as `eu-west-1`.
    pub region: Option<String>,
    /// The endpoint of the service, in place of Amazon's.
    pub endpoint_url: Option<String>,
    /// How long one attempt of a call may take.
    pub attempt: Duration,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither option, environment nor profile names a region.
    #[error("no AWS region is set")]
    NoRegion,
    /// The AWS configuration files have no profile of this name.
    #[error("the AWS configuration has no profile `{name}`")]
    UnknownProfile {
        /// The name: of the option, the environment or `AWS_PROFILE`.
        name: String,
        /// The names of the profiles that there are, sorted.
        known: Vec<String>,
    },
    /// The endpoint is no URL of a web server.
    #[error("`{0}` is not an endpoint: it starts with neither http:// nor https://")]
    Endpoint(String),
    /// The system refused what a runtime needs.
    #[error("cannot start the network runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

impl EventBridge {
    /// Creates a client with the credentials, region and endpoint that the AWS CLI would use.
    pub fn connect(settings: &ConnectionSettings) -> Result<Self, ConnectError> {
        let runtime = start_runtime()?;
        runtime.block_on(require_profile(settings))?;
        let shared = runtime.block_on(load(settings));
        // A variable that is set to nothing is not set.
        let region = shared.region().filter(|region| !region.as_ref().is_empty());
        let region = region.cloned().ok_or(ConnectError::NoRegion)?;
        let endpoint = settings.endpoint_url.clone().or_else(|| configured_endpoint(&shared));
        check_endpoint(endpoint.as_deref())?;
        let credentials = shared.credentials_provider();
        let mut config = common(Builder::from(&shared), settings.attempt);
        config.set_endpoint_url(endpoint.clone());
        let remote = Self::new(
            runtime,
            Client::from_conf(config.build()),
            &settings.registry,
            &region,
            endpoint,
            credentials,
        );
        let sts = caller(&shared, &remote, settings.attempt);
        Ok(remote.with_sts(sts))
    }

    /// Creates a client of a server on this machine that checks no signature. Reads neither environment nor configuration files.
    pub fn local(endpoint: &str, region: &str, registry: &str, attempt: Duration) -> Result<Self, ConnectError> {
        check_endpoint(Some(endpoint))?;
        let runtime = start_runtime()?;
        let region = Region::new(region.to_owned());
        let credentials = Credentials::new("local", "local", None, None, "local");
        let config = common(Builder::new(), attempt)
            .behavior_version(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(credentials)
            .http_client(http_client())
            .endpoint_url(endpoint);
        let client = Client::from_conf(config.build());
        let endpoint = Some(endpoint.to_owned());
        Ok(Self::new(runtime, client, registry, &region, endpoint, None))
    }
}

/// Several threads block on it at the same time; none of them has to drive it.
fn start_runtime() -> std::io::Result<Runtime> {
    runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

/// A client of STS. Where the registry is on this machine, no credentials leave it: the registry answers for itself, unless STS has an
/// endpoint of its own.
fn caller(shared: &SdkConfig, remote: &EventBridge, attempt: Duration) -> aws_sdk_sts::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(attempt))
        .operation_attempt_timeout(attempt);
    let mut config = aws_sdk_sts::config::Builder::from(shared)
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::disabled());
    if remote.is_local() && specific_endpoint(shared, "sts").is_none() {
        config.set_endpoint_url(remote.endpoint());
    }
    aws_sdk_sts::Client::from_conf(config.build())
}

/// Rejects a profile that the configuration files do not have: the SDK reports missing credentials or a missing region later, and not its name.
/// Files that cannot be read are left to the SDK.
async fn require_profile(settings: &ConnectionSettings) -> Result<(), ConnectError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // Keys of the environment come before the profile that it names, and need no profile.
    let surrounding = || variable("AWS_PROFILE").filter(|_| variable("AWS_ACCESS_KEY_ID").is_none());
    let Some(name) = settings.profile.clone().or_else(surrounding) else {
        return Ok(());
    };
    #[expect(
        clippy::default_trait_access,
        reason = "its type is of a crate that is no dependency of this one"
    )]
    let files = Default::default();
    let Ok(profiles) = aws_config::profile::load(&Fs::real(), &Env::real(), &files, None).await else {
        return Ok(());
    };
    if profiles.get_profile(&name).is_some() {
        return Ok(());
    }
    let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    known.sort();
    Err(ConnectError::UnknownProfile { name, known })
}

/// A profile that is asked for by name wins over keys of the environment, as in the AWS CLI.
async fn load(settings: &ConnectionSettings) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client());
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &settings.profile {
        let mut provider = ProviderConfig::without_region().with_http_client(http_client());
        provider = match &settings.region {
            Some(region) => provider.with_region(Some(Region::new(region.clone()))),
            None => provider.load_default_region().await,
        };
        let of_profile = ProfileFileCredentialsProvider::builder()
            .configure(&provider)
            .profile_name(profile)
            .build();
        loader = loader.profile_name(profile).credentials_provider(of_profile);
    }
    loader.load().await
}

/// One attempt a call: whoever repeats a write has to look first whether it was made.
fn common(builder: Builder, attempt: Duration) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT.min(attempt))
        .operation_attempt_timeout(attempt);
    builder
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::disabled())
        .interceptor(StatusObserver)
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// The endpoint of this service in environment or profile: asked for here only to tell people which one it is.
fn configured_endpoint(shared: &SdkConfig) -> Option<String> {
    specific_endpoint(shared, "schemas").or_else(|| shared.endpoint_url().map(str::to_owned))
}

/// The endpoint of one service, where one is set for it alone.
fn specific_endpoint(shared: &SdkConfig, service: &str) -> Option<String> {
    let key = aws_types::service_config::ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    shared.service_config().and_then(|config| config.load_config(key))
}

fn check_endpoint(endpoint: Option<&str>) -> Result<(), ConnectError> {
    match endpoint {
        Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
            Err(ConnectError::Endpoint(url.to_owned()))
        }
        _ => Ok(()),
    }
}
