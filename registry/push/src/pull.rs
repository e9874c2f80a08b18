//! Bringing a registry into a workspace. In: the versions of a registry's schemas, and what the workspace has. Out: for each
//! version the files that it would be, or why it stays out. Nothing that is there is overwritten, and nothing is written here.
//!
//! What schemactl wrote goes back where its stamp says; of several schemas under one version the registry's last one counts. Other schemas
//! become events by their name `namespace@Name`, numbered as `numbering` says. Of documents of whole events, as EventBridge discovers and
//! exports them, the detail is taken. What event.toml has is never guessed in silence: `identity` says where it is from.

mod alignment;
mod content;
mod folders;
mod history;
mod identity;
mod letter_case;
mod lost_events;
mod numbering;
mod placed;
mod pulled;
mod registration;
mod stamped_names;
mod stated;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use schemactl_compat::review_document;
use schemactl_convert::detail_of;
use schemactl_model::{Dialect, Document, EventName, SchemaType, Source, Version, VersionField, with_stack_for};

pub use numbering::Numbering;
pub use pulled::{NewFile, PastReason, PullRemark, Pulled, UnusableReason};

use crate::plan::is_schema_of;
use crate::registered_name::{find_event_elsewhere, is_registered_as};
use crate::remote::{Remote, RemoteError};
use crate::retry::{Calls, Patience};
use crate::snapshot::{STATE_TAG, list_version_numbers};
use content::{PulledContent, read_version};
use folders::PulledFolders;
use history::{HistoryPlace, HistorySources, SchemaHistory, StampedContents};
use identity::{PulledIdentity, PulledName, read_identities};
use letter_case::tell_apart_by_case;
use lost_events::recognize_lost_events;
use numbering::{LaterVersions, PulledNumber, refuse_numbered};
use placed::PlacedVersions;
use registration::{PulledRegistration, find_registered_event, read_registrations};
use schemactl_check::{base_name, is_former_form, registered_types, schema_name, without_stamp};
use schemactl_workspace::{Workspace, WorkspaceEvent, digest_value, is_ignored_schema};
use stamped_names::name_after_stamps;
use stated::{StatedVersions, read_stated_versions};

/// Which versions of a registry are pulled, and as what.
#[derive(Clone, Copy)]
pub struct Pulling<'p> {
    /// The registry's name: it stands in for the namespace of a schema's name without one.
    pub registry: &'p str,
    /// Schemas whose name begins so.
    pub prefix: &'p str,
    /// How versions get numbers.
    pub numbering: Numbering<'p>,
    /// The events that schemas were registered as, by the history of the workspace: where the folder of one is lost, its settings are too.
    pub former_names: &'p BTreeMap<String, EventName>,
    /// Returns the folder of another workspace that registers a schema.
    pub find_owner: &'p (dyn Fn(&str) -> Option<PathBuf> + Sync),
    /// Whether only the newest version of each schema is pulled.
    pub newest_only: bool,
}

/// Returns what a pull makes of the versions in a registry. `None` if there is no such registry.
///
/// # Errors
/// Fails if the registry cannot be read.
pub fn pull_versions(
    workspace: &Workspace,
    pulling: &Pulling<'_>,
    remote: &dyn Remote,
    patience: &Patience,
) -> Result<Option<Vec<Pulled>>, RemoteError> {
    let calls = Calls::new(remote, patience);
    if !calls.repeat(|| remote.registry_exists())? {
        return Ok(None);
    }
    let (mut schemas, mut ignored, mut left_out) = (Vec::new(), 0, Vec::new());
    for listed in calls.list_schemas()? {
        if !listed.name.starts_with(pulling.prefix) {
            continue;
        }
        if is_ignored(workspace, pulling, &listed.name) {
            ignored += 1;
            continue;
        }
        if let Some(reason) = leave_out_schema(workspace, pulling, &listed.name) {
            left_out.push(reason);
            continue;
        }
        let mut numbers = list_version_numbers(&calls, &listed.name)?;
        if pulling.newest_only {
            numbers.drain(..numbers.len().saturating_sub(1));
        }
        let mut versions = Vec::with_capacity(numbers.len());
        let registered = find_registered_event(workspace, &listed.name);
        for number in numbers {
            let read = calls.repeat(|| remote.read(&listed.name, Some(&number)))?;
            versions.extend(read.map(|version| {
                let content = read_version(pulling.registry, (&listed.name, registered), &version);
                HeldContent::new(workspace, number, content)
            }));
        }
        let is_stamped = |held: &HeldContent| held.content.as_ref().is_ok_and(|content| content.version.is_some());
        if listed.tags.contains_key(STATE_TAG) || versions.iter().any(is_stamped) {
            for content in versions.iter_mut().filter_map(|held| held.content.as_mut().ok()) {
                content.forget_schema_name();
            }
        }
        schemas.push((listed.name, versions));
    }
    name_after_stamps(workspace, &mut schemas);
    recognize_lost_events(workspace, pulling, &mut schemas);
    tell_apart_by_case(workspace, pulling, &mut schemas);
    let mut pulled = PullRun::new(workspace, pulling, &schemas).pull_all(&schemas);
    pulled.append(&mut left_out);
    if ignored > 0 {
        pulled.push(Pulled::Ignored { schemas: ignored });
    }
    Ok(Some(pulled))
}

/// Returns whether the settings ignore a schema: one of their registry, that nobody asks for by its name and that no event is registered as.
fn is_ignored(workspace: &Workspace, pulling: &Pulling<'_>, schema: &str) -> bool {
    let settings = &workspace.manifest.registry;
    let is_registered = |event: &WorkspaceEvent| is_schema_of(schema, &event.name, workspace);
    pulling.prefix.is_empty()
        && pulling.registry == settings.name
        && is_ignored_schema(&settings.ignore, schema)
        && !workspace.events.values().any(is_registered)
}

/// Returns that a schema is nothing of this workspace in the registry: of an event that is not for it, or of another workspace.
fn leave_out_schema(workspace: &Workspace, pulling: &Pulling<'_>, schema: &str) -> Option<Pulled> {
    if let Some(event) = find_event_elsewhere(workspace, schema) {
        return Some(Pulled::Elsewhere {
            schema: schema.to_owned(),
            event: event.clone(),
        });
    }
    let folder = find_other_owner(workspace, pulling, schema)?;
    Some(Pulled::OfOther {
        schema: schema.to_owned(),
        folder,
    })
}

/// Returns the folder of another workspace that registers a schema, unless this one does.
fn find_other_owner(workspace: &Workspace, pulling: &Pulling<'_>, schema: &str) -> Option<PathBuf> {
    let settings = &workspace.manifest.registry;
    let mut events = workspace.events.values();
    let is_own = events.any(|event| is_registered_as(event, schema, settings));
    (!is_own).then(|| (pulling.find_owner)(schema)).flatten()
}

/// A version of the registry, or why it is nothing of a workspace.
struct HeldContent {
    number: String,
    content: Result<PulledContent, UnusableReason>,
    /// Of a version without a stamp, whose number follows from what is in it.
    unstamped: Option<UnstampedSchema>,
}

/// A schema that nobody has numbered.
struct UnstampedSchema {
    document: Result<Document, UnusableReason>,
    /// What it says of its number.
    stated: StatedVersions,
    /// Why nobody can validate an event with it, once that was asked: a known version need not be reviewed.
    fault: OnceLock<Option<String>>,
}

impl HeldContent {
    fn new(workspace: &Workspace, number: String, content: Result<PulledContent, UnusableReason>) -> Self {
        let unstamped = content.as_ref().ok().filter(|content| content.version.is_none());
        let unstamped = unstamped.map(|content| {
            with_stack_for(content.schema.depth(), || {
                let document = read_document(&number, content);
                let field = version_field_of(workspace, &content.event);
                let stated = document.as_ref().map(|document| read_stated_versions(document, &field));
                UnstampedSchema {
                    stated: stated.unwrap_or_default(),
                    document,
                    fault: OnceLock::new(),
                }
            })
        });
        Self {
            number,
            content,
            unstamped,
        }
    }

    fn stated(&self) -> Option<&StatedVersions> {
        self.unstamped.as_ref().map(|unstamped| &unstamped.stated)
    }

    /// Returns the first fault of its schema, if it has no stamp. `None` for one that is valid, or that schemactl wrote.
    fn find_fault(&self) -> Option<&str> {
        let UnstampedSchema { document, fault, .. } = self.unstamped.as_ref()?;
        let review = || match document {
            Ok(document) => {
                let faults = with_stack_for(document.root().depth(), || review_document(document).faults);
                faults.first().map(|fault| fault.message.clone())
            }
            Err(reason) => Some(reason.text.clone()),
        };
        fault.get_or_init(review).as_deref()
    }

    /// Its schema, if it has no stamp and can be read.
    fn document(&self) -> Option<&Document> {
        self.unstamped.as_ref()?.document.as_ref().ok()
    }
}

/// A schema of the registry, and its versions, oldest first.
type HeldContents = (String, Vec<HeldContent>);

struct PullRun<'r> {
    workspace: &'r Workspace,
    pulling: &'r Pulling<'r>,
    identities: BTreeMap<EventName, PulledIdentity>,
    registrations: BTreeMap<EventName, PulledRegistration>,
    folders: PulledFolders,
    /// What schemactl has written, the last content of each version.
    stamped: StampedContents<'r>,
    placed: PlacedVersions<'r>,
    /// The schema of the registry that an event without a stamp came from.
    origins: BTreeMap<EventName, String>,
    /// Events of which all that is not certain was said.
    told: BTreeSet<EventName>,
    remarks: Vec<Pulled>,
    pulled: Vec<Pulled>,
}

impl<'r> PullRun<'r> {
    fn new(workspace: &'r Workspace, pulling: &'r Pulling<'r>, schemas: &'r [HeldContents]) -> Self {
        let contents = schemas.iter().flat_map(|(_, versions)| versions);
        let contents = contents.filter_map(|version| version.content.as_ref().ok());
        let stamped = contents
            .clone()
            .filter_map(|content| Some(((&content.event, content.version.as_ref()?), content)));
        Self {
            workspace,
            pulling,
            stamped: stamped.collect(),
            placed: PlacedVersions::default(),
            registrations: register_pulled(workspace, pulling, schemas),
            identities: read_identities(workspace, contents),
            folders: PulledFolders::new(workspace.events.keys()),
            origins: BTreeMap::new(),
            told: BTreeSet::new(),
            remarks: Vec::new(),
            pulled: Vec::new(),
        }
    }

    fn pull_all(mut self, schemas: &'r [HeldContents]) -> Vec<Pulled> {
        // What schemactl wrote is its event's, whatever else has a name that leads there.
        for (schema, versions) in schemas {
            let contents = versions.iter().filter_map(|version| version.content.as_ref().ok());
            let is_its_own =
                |content: &&PulledContent| content.version.is_some() && *schema == self.base_name(&content.event);
            let own: Vec<_> = contents.filter(is_its_own).collect();
            for content in own {
                self.origins.insert(content.event.clone(), schema.clone());
            }
        }
        for (schema, versions) in schemas {
            self.pull_schema(schema, versions);
        }
        let others = self.placed.list_left_out(self.workspace);
        self.pulled.extend(others);
        self.pulled
    }

    /// What becomes of the versions of one schema, oldest first.
    fn pull_schema(&mut self, schema: &'r str, versions: &'r [HeldContent]) {
        let sources = HistorySources {
            workspace: self.workspace,
            pulling: self.pulling,
            stamped: &self.stamped,
        };
        let mut history = SchemaHistory::place(versions, sources);
        for (index, version) in versions.iter().enumerate() {
            let past = history.place_of(index).past.clone();
            if let Some((event, why)) = past.or_else(|| find_replacement(self.workspace, versions, index)) {
                self.leave_in_past(schema, &version.number, event, why);
                continue;
            }
            let placed = self.pull_version(schema, index, versions, &mut history);
            self.pulled.push(placed.unwrap_or_else(|reason| Pulled::Unusable {
                schema: schema.to_owned(),
                number: version.number.clone(),
                reason,
            }));
            self.pulled.append(&mut self.remarks);
        }
    }

    /// Leaves out a version of which nothing is made: in one line with those before it for the same reason.
    fn leave_in_past(&mut self, schema: &str, number: &str, event: EventName, why: PastReason) {
        let before = self.pulled.iter_mut().rev().find_map(|pulled| match pulled {
            Pulled::Past {
                schema: known,
                numbers,
                event: of,
                why: known_why,
            } if known == schema && *of == event && *known_why == why => Some(numbers),
            _ => None,
        });
        match before {
            Some(numbers) => numbers.push(number.to_owned()),
            None => self.pulled.push(Pulled::Past {
                schema: schema.to_owned(),
                numbers: vec![number.to_owned()],
                event,
                why,
            }),
        }
    }

    fn pull_version(
        &mut self,
        schema: &'r str,
        index: usize,
        versions: &'r [HeldContent],
        history: &mut SchemaHistory<'r>,
    ) -> Result<Pulled, UnusableReason> {
        let version = &versions[index];
        let content = version.content.as_ref().map_err(Clone::clone)?;
        let mut later = versions[index + 1..]
            .iter()
            .filter_map(|later| later.content.as_ref().ok());
        if later.any(|later| replaces(later, content)) {
            return Err("a different schema with the same version follows it".to_owned().into());
        }
        self.folders.claim(&content.event)?;
        self.claim_origin(schema, content)?;
        let place = history.place_of(index).clone();
        let later = if place.aligned.is_none() {
            self.refuse_faults(version, &versions[index + 1..])?;
            history.later(index, &content.event, versions)
        } else {
            LaterVersions::default()
        };
        let depth = content.schema.depth();
        let number = with_stack_for(depth, || self.number(version, content, (history, &place), &later))?;
        // What is known has its file, or gets it from the version that schemactl wrote.
        let is_there = match &number {
            PulledNumber::Known(_) => true,
            PulledNumber::Next { version, .. } => self.placed.claim(schema, content, version)?,
        };
        self.remark(schema, content, number.version());
        let number = match number {
            PulledNumber::Next { version, .. } if is_there => PulledNumber::Known(version),
            number => number,
        };
        let pulled = self.place(schema, version, content, number);
        if let Pulled::New {
            event,
            version: our_version,
            ..
        } = &pulled
            && let Some(stated) = version.stated()
        {
            self.placed.note_stated(event, our_version, stated);
        }
        Ok(pulled)
    }

    /// Refuses an invalid schema above which a valid one of the event stands: nobody can validate an event with it, and no later version could be compared
    /// with it. So is the newest one of an event that the workspace has: it may be corrected there. That of a new event is pulled, to be corrected.
    ///
    /// # Errors
    /// Fails with its first fault.
    fn refuse_faults(&self, version: &HeldContent, later: &[HeldContent]) -> Result<(), String> {
        let Some(fault) = version.find_fault() else {
            return Ok(());
        };
        let event_of = |version: &HeldContent| version.content.as_ref().ok().map(|content| content.event.clone());
        let event = event_of(version);
        let is_valid = |later: &&HeldContent| later.find_fault().is_none() && event_of(later) == event;
        if let Some(valid) = later.iter().find(is_valid) {
            return Err(format!(
                "it is no valid schema ({fault}), and version {} supersedes it",
                valid.number
            ));
        }
        let own = event.and_then(|event| self.workspace.events.get(&event));
        if own.is_some_and(|own| !own.versions.is_empty()) {
            return Err(format!(
                "it is no valid schema ({fault}): correct it in the registry, or register a version of the workspace above it with `schemactl push --repair`"
            ));
        }
        Ok(())
    }

    /// The version that a schema of the registry is, or why it can be none.
    fn number(
        &self,
        held: &'r HeldContent,
        content: &PulledContent,
        (history, place): (&mut SchemaHistory<'r>, &HistoryPlace),
        later: &LaterVersions,
    ) -> Result<PulledNumber, UnusableReason> {
        let numbered = history.numbered.get_mut(&content.event);
        match (&content.version, &held.unstamped) {
            (Some(own), _) => {
                read_document(&held.number, content)?;
                if let Some(numbered) = numbered {
                    numbered.pass(own);
                }
                Ok(PulledNumber::Next {
                    version: own.clone(),
                    again: None,
                })
            }
            (None, unstamped) => {
                let UnstampedSchema { document, stated, .. } = unstamped.as_ref().expect("it has no stamp");
                let document = document.as_ref().map_err(Clone::clone)?;
                let preferred = match self.pulling.numbering {
                    Numbering::Majors(_) => Some(read_major(&held.number)?),
                    Numbering::ByChange(_) => None,
                };
                let Some(numbered) = numbered else {
                    let version = preferred.ok_or_else(|| "its event has no numbers".to_owned())?;
                    refuse_numbered(&version, later)?;
                    return Ok(PulledNumber::Next { version, again: None });
                };
                let engine = self.pulling.numbering.engine();
                if let Some(aligned) = &place.aligned {
                    numbered.pass(aligned);
                    return Ok(PulledNumber::Known(aligned.clone()));
                }
                Ok(numbered.number(&place.equal, document, (&stated.fixed, preferred), engine, later)?)
            }
        }
    }

    /// Two schemas of the registry are never the versions of one event, unless schemactl wrote them.
    fn claim_origin(&mut self, schema: &str, content: &PulledContent) -> Result<(), String> {
        if content.version.is_some() {
            return Ok(());
        }
        let origin = self
            .origins
            .entry(content.event.clone())
            .or_insert_with(|| schema.to_owned());
        if origin == schema {
            return Ok(());
        }
        Err(format!("the event {} is schema {origin} already", content.event))
    }

    /// Says once of each event what is not certain of it.
    fn remark(&mut self, schema: &str, content: &PulledContent, version: &Version) {
        let is_over = self.workspace.lock.find_end(&content.event, version).is_some();
        if is_over || !self.told.insert(content.event.clone()) {
            return;
        }
        let identity = &self.identities[&content.event];
        let (mut remarks, mut members) = (Vec::new(), Vec::new());
        for (member, name) in [("source", &identity.source), ("detail-type", &identity.detail_type)] {
            let text = name.text.clone();
            if name.is_guessed {
                members.push((member, text));
            } else if let Some(other) = name.other.clone() {
                remarks.push(PullRemark::OtherNamed {
                    member,
                    kept: text,
                    other,
                    is_released: identity.is_released,
                });
            }
        }
        // EventBridge writes the source of what it discovers as it is.
        let is_certain = content.is_named_by_schema && members.iter().all(|(member, _)| *member == "source");
        if !members.is_empty() && !is_certain {
            remarks.push(PullRemark::Guessed {
                members,
                is_discovered: content.is_named_by_schema,
            });
        }
        if content.event != content.spelling && content.version.is_none() {
            remarks.push(PullRemark::OtherCase {
                schema: schema.to_owned(),
            });
        }
        let registered_as = self.registered_as(content, version);
        if content.version.is_none() && registered_as != schema {
            remarks.push(PullRemark::OtherSchema {
                schema: schema.to_owned(),
                registered_as,
            });
        }
        let event = &content.event;
        self.remarks.extend(remarks.into_iter().map(|remark| Pulled::Remark {
            event: event.clone(),
            remark,
        }));
    }

    /// What the schemas of an event are called in the registry.
    fn base_name(&self, event: &EventName) -> String {
        let own = self.workspace.events.get(event).map(|event| &event.settings);
        let pulled = self.registrations.get(event);
        let pulled = pulled.and_then(|registration| registration.registered_as.clone());
        pulled.unwrap_or_else(|| base_name(event, own))
    }

    /// The schema that a push writes.
    fn registered_as(&self, content: &PulledContent, version: &Version) -> String {
        let pulled = self.registrations.get(&content.event);
        if let Some(name) = pulled.and_then(|registration| registration.registered_as.clone()) {
            return name;
        }
        let settings = &self.workspace.manifest.registry;
        let own = self.workspace.events.get(&content.event).map(|event| &event.settings);
        let first = registered_types(own, settings).first().copied();
        let first = first.unwrap_or(SchemaType::JsonSchemaDraft4);
        schema_name((&content.event, own), version, settings, first)
    }

    fn place(&self, schema: &str, held: &HeldContent, content: &PulledContent, number: PulledNumber) -> Pulled {
        let event = content.event.clone();
        let identity = &self.identities[&event];
        let is_of_event =
            |found: &Option<String>, name: &PulledName| found.as_ref().is_none_or(|found| *found == name.text);
        let is_adoptable = content.version.is_none()
            && is_of_event(&content.source, &identity.source)
            && is_of_event(&content.detail_type, &identity.detail_type)
            && self.pulling.registry == self.workspace.manifest.registry.name
            && self.registered_as(content, number.version()) == schema
            && !self.workspace.lock.is_adopted(&event, number.version());
        let (version, again) = match number {
            PulledNumber::Known(version) if self.is_lost(&event, &version) => {
                return self.place_released(content, event, version);
            }
            PulledNumber::Known(version) => {
                return Pulled::Same {
                    event,
                    version,
                    is_adoptable,
                };
            }
            PulledNumber::Next { version, again } => (version, again),
        };
        match compare_with_workspace(self.workspace, content, &version) {
            Some(true) => Pulled::Same {
                event,
                version,
                is_adoptable,
            },
            Some(false) => Pulled::Different { event, version },
            None if content.version.is_some() && self.has_released(&event, &version) => {
                self.place_released(content, event, version)
            }
            None => Pulled::New {
                files: self.files(content, &version),
                event,
                version,
                again: again.map(|again| (again, held.number.clone())),
                is_stamped: content.version.is_some(),
                is_adoptable,
            },
        }
    }

    /// Returns whether the workspace has released a version whose file it does not have, and gets none from what schemactl wrote.
    fn is_lost(&self, event: &EventName, version: &Version) -> bool {
        let own = self.workspace.events.get(event);
        let has_file = own.is_some_and(|own| own.versions.contains_key(version));
        !has_file && !self.stamped.contains_key(&(event, version)) && self.has_released(event, version)
    }

    /// Returns whether the workspace knows of a version that it has no file of.
    fn has_released(&self, event: &EventName, version: &Version) -> bool {
        let lock = &self.workspace.lock;
        lock.find_end(event, version).is_some() || lock.digest(event, version).is_some()
    }

    /// What becomes of a version that was released and that the workspace does not have.
    ///
    /// INVARIANT: a registered form that is another document than the one that was released never gets the file of that one: `check` would
    /// find a released schema that was changed.
    fn place_released(&self, content: &PulledContent, event: EventName, version: Version) -> Pulled {
        let lock = &self.workspace.lock;
        if let Some(record) = lock.find_end(&event, &version) {
            let how = record.step.kind();
            return Pulled::Ended { event, version, how };
        }
        let is_released = lock.digest(&event, &version) == Some(&digest_value(&content.schema));
        Pulled::Lost {
            files: is_released.then(|| self.files(content, &version)),
            event,
            version,
        }
    }

    fn files(&self, content: &PulledContent, version: &Version) -> Vec<NewFile> {
        let event = &content.event;
        let folder = PathBuf::from("schemas").join(event.namespace()).join(event.name());
        let mut files = vec![NewFile {
            path: folder.join(format!("{version}.json")),
            text: content.schema.to_json_pretty() + "\n",
        }];
        if !self.workspace.events.contains_key(event) {
            files.push(NewFile {
                path: folder.join("event.toml"),
                text: settings_text(&self.identities[event], self.registrations.get(event)),
            });
        }
        files
    }
}

/// Whether a later content stands under the same stamp with another schema.
fn replaces(later: &PulledContent, content: &PulledContent) -> bool {
    later.version.is_some()
        && later.event == content.event
        && later.version == content.version
        && later.schema != content.schema
}

/// Returns that a version of the workspace was registered above another schema under its stamp.
fn find_replacement(workspace: &Workspace, versions: &[HeldContent], index: usize) -> Option<(EventName, PastReason)> {
    let content = versions[index].content.as_ref().ok()?;
    let version = content.version.as_ref()?;
    let later = versions[index + 1..].iter().rev();
    let later = later.filter_map(|later| later.content.as_ref().ok());
    let mut later = later.filter(|later| later.event == content.event && later.version == content.version);
    let last = later.next()?;
    let is_contested = replaces(last, content) || later.any(|later| replaces(later, content));
    let is_ours = is_contested && compare_with_workspace(workspace, last, version) == Some(true);
    is_ours.then(|| (content.event.clone(), PastReason::Replaced(version.clone())))
}

fn read_document(number: &str, content: &PulledContent) -> Result<Document, UnusableReason> {
    let source = Source::new(format!("version {number}"), content.schema.to_json());
    let document = Document::parse(source, Dialect::Draft4);
    document.map_err(|errors| UnusableReason::of_document(&errors))
}

/// Returns the version whose major is the number of the registry.
fn read_major(number: &str) -> Result<Version, String> {
    let major = number.parse();
    let major = major.map_err(|_| format!("`{number}` is not a version number"))?;
    Ok(Version::new(major, 0))
}

/// Returns the property that says the version of an event.
fn version_field_of(workspace: &Workspace, event: &EventName) -> VersionField {
    let event = workspace.events.get(event);
    event
        .map(|event| event.settings.version_field.clone())
        .unwrap_or_default()
}

/// Returns whether the workspace has the same schema under a version. `None` if it has no such version.
fn compare_with_workspace(workspace: &Workspace, content: &PulledContent, version: &Version) -> Option<bool> {
    let event = workspace.events.get(&content.event)?;
    let held = event.versions.get(version)?;
    let contents = schemactl_check::registered_contents(event, held, &workspace.manifest.registry);
    let is_registered = contents.iter().any(|registered| {
        is_same(registered, &content.schema) || is_former_form(event, held, registered.type_, &content.digest)
    });
    Some(held.document.root() == &content.schema || is_registered)
}

fn is_same(content: &schemactl_check::RegisteredContent, schema: &schemactl_model::Value) -> bool {
    match content.type_ {
        SchemaType::JsonSchemaDraft4 => without_stamp(&content.value) == *schema,
        SchemaType::OpenApi3 => detail_of(&content.value).is_ok_and(|detail| detail.schema == *schema),
    }
}

/// Returns how the registry holds what is new to the workspace. Another registry than that of the workspace says nothing of how it registers.
fn register_pulled(
    workspace: &Workspace,
    pulling: &Pulling<'_>,
    schemas: &[HeldContents],
) -> BTreeMap<EventName, PulledRegistration> {
    if pulling.registry != workspace.manifest.registry.name {
        return BTreeMap::new();
    }
    let held = schemas.iter().flat_map(|(schema, versions)| {
        let contents = versions.iter().filter_map(|version| version.content.as_ref().ok());
        contents.filter_map(move |content| {
            let type_ = SchemaType::from_name(&content.type_name)?;
            Some((&content.event, schema.as_str(), type_))
        })
    });
    read_registrations(workspace, held)
}

fn settings_text(identity: &PulledIdentity, registration: Option<&PulledRegistration>) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let (source, detail_type) = (quoted(&identity.source.text), quoted(&identity.detail_type.text));
    let mut text = format!("source = {source}\ndetail-type = {detail_type}\n");
    let name = registration.and_then(|registration| registration.registered_as.as_ref());
    if let Some(name) = name {
        writeln!(text, "registered-as = {}", quoted(name)).expect("writing to a string cannot fail");
    }
    let types = registration.and_then(|registration| registration.types.as_ref());
    if let Some(types) = types {
        let types: Vec<_> = types.iter().map(|type_| quoted(type_.as_str())).collect();
        writeln!(text, "types = [{}]", types.join(", ")).expect("writing to a string cannot fail");
    }
    text
}
