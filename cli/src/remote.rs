//! Which registry a command speaks to, how patiently, and what an earlier run saw there. In: the AWS settings, or the demo's
//! registry. Out: a [`Session`].

use std::path::PathBuf;
use std::time::Duration;

use schemactl_check::write_atomic;
use schemactl_eventbridge::{ConnectionSettings, EventBridge};
use schemactl_model::find_alike;
use schemactl_push::{Cache, Expected, Patience, Remote, Snapshot, SnapshotOptions, read_snapshot};
use schemactl_workspace::{CacheKey, Workspace};

use crate::args::{AwsArgs, LOCAL_REGION};
use crate::console::Console;
use crate::context::{Context, kept_file};
use crate::environment::require_account;
use crate::problem::Problem;
use crate::suggestions::advise_on_name;

/// The folder of the caches, in what this machine keeps of a workspace.
const CACHES: &str = "seen";

/// As many versions as are read in about half a second from Amazon, by eight readers at 100 ms a call.
const SMALL_REGISTRY: usize = 32;

/// A registry, and how it is spoken to.
pub(crate) struct Session {
    pub(crate) remote: EventBridge,
    pub(crate) patience: Patience,
    pub(crate) cache: Cache,
    /// Where the cache is kept, if it is.
    file: Option<PathBuf>,
}

impl Session {
    /// The registry of the workspace. Makes no call, unless an environment says whose account it has to be.
    pub(crate) fn open(context: &Context, workspace: &Workspace, aws: &AwsArgs) -> Result<Self, Problem> {
        let registry = &workspace.manifest.registry.name;
        let (remote, patience) = connect_registry(context, registry, aws)?;
        require_account(&remote, aws)?;
        let mut place = CacheKey::default();
        place.add("registry", registry);
        place.add("region", remote.region());
        place.add_optional("endpoint", remote.endpoint().as_deref());
        // Registries of one name in several accounts are several registries.
        place.add_optional("account", aws.account.as_deref());
        place.add_optional("profile", aws.profile.as_deref());
        let file = kept_file(workspace, &format!("{CACHES}/{}.toml", place.digest().short()));
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let cache = text.map_or_else(Cache::default, |text| Cache::parse(&text));
        Ok(Self {
            remote,
            patience,
            cache,
            file,
        })
    }

    /// Writes a second, if the user says a number, or the registry is on this machine.
    pub(crate) fn limit(&mut self, rate: Option<f64>) {
        if self.remote.is_local() {
            self.patience.rate = None;
        }
        if let Some(rate) = rate {
            self.patience.rate = (rate > 0.0).then_some(rate);
        }
    }

    /// What the registry holds, and notes it. A registry of few versions is read whatever the cache says: it costs little, and the cache
    /// does not see what others write within the second of our own last write (ADR 79).
    pub(crate) fn snapshot(&mut self, expected: &Expected, full: bool, console: &Console) -> Result<Snapshot, Problem> {
        let nothing = Cache::default();
        let is_small = expected.version_count() <= SMALL_REGISTRY;
        let reading = SnapshotOptions {
            expected,
            cache: if is_small { &nothing } else { &self.cache },
            full,
            patience: &self.patience,
        };
        let read = read_snapshot(&self.remote, &reading)?;
        self.cache = Cache::of(&read).remembering(std::mem::take(&mut self.cache));
        self.note(console);
        Ok(read)
    }

    /// Writes the cache. That it cannot be written costs time later, and nothing else.
    pub(crate) fn note(&self, console: &Console) {
        let Some(file) = &self.file else { return };
        if let Err(error) = write_atomic(file, self.cache.to_text().as_bytes()) {
            console.detail(&format!("no cache of the registry: {}: {error}", file.display()));
        }
    }
}

/// The registries that there are, where one does not exist.
pub(crate) struct KnownRegistries(Vec<String>);

impl KnownRegistries {
    /// Returns the registries of an account and region. `None` if they cannot be listed.
    pub(crate) fn list(remote: &EventBridge) -> Option<Self> {
        remote.list_registries().ok().map(Self)
    }

    /// Returns the registry that was probably meant by a name.
    pub(crate) fn find_meant(&self, name: &str) -> Option<&str> {
        find_alike(name, self.0.iter().map(String::as_str))
    }

    /// Returns which registries there are, and which of them was probably meant. `None` if there is none.
    pub(crate) fn advise_on(&self, name: &str) -> Option<String> {
        let known: Vec<&str> = self.0.iter().map(String::as_str).collect();
        (!known.is_empty()).then(|| advise_on_name(name, "registries", &known))
    }
}

/// Returns which registries there are in the place of one that does not exist, and which of them was probably meant. `None` if they cannot be listed.
pub(crate) fn advise_on_registry(name: &str, remote: &EventBridge) -> Option<String> {
    let known = KnownRegistries::list(remote)?;
    let none = || "there is no registry in this account and region".to_owned();
    Some(known.advise_on(name).unwrap_or_else(none))
}

/// A registry by its name.
pub(crate) fn connect_registry(
    context: &Context,
    registry: &str,
    aws: &AwsArgs,
) -> Result<(EventBridge, Patience), Problem> {
    let mut patience = Patience {
        timeout: Duration::from_secs(aws.timeout),
        ..Patience::default()
    };
    // Three attempts fit into the time of a call, if each of them takes as long as it may.
    patience.attempt = patience.attempt.min(patience.timeout / 4);
    let remote = match &context.local_registry {
        Some(url) => EventBridge::local(url, LOCAL_REGION, registry, patience.attempt)?,
        None => EventBridge::connect(&ConnectionSettings {
            registry: registry.to_owned(),
            profile: aws.profile.clone(),
            region: aws.region.clone(),
            endpoint_url: aws.endpoint_url.clone(),
            attempt: patience.attempt,
        })?,
    };
    context.console.detail(&format!("reading {}", remote.describe()));
    Ok((remote, patience))
}
