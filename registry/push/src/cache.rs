//! What an earlier run saw in a registry. In: the text of the cache file, or what a snapshot and a push have read and written.
//! Out: the versions of a schema, if its ARN, its number of versions and its time of writing are those of the list. The cache
//! saves reading; it is never trusted for a write, and a file that cannot be read is an empty one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::held::HeldVersion;
use crate::remote::RemoteSchema;
use schemactl_check::Stamp;
use schemactl_model::{EventName, Version};

/// The versions of schemas, by the names of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    schemas: BTreeMap<String, CachedSchema>,
    /// The versions of ours that the registry has held at any time, as far as this machine has seen it.
    once_held: BTreeSet<(EventName, Version)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct CachedSchema {
    arn: String,
    last_modified: String,
    versions: Vec<HeldVersion>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct CacheFile {
    format: u32,
    #[serde(default)]
    once_held: Vec<(String, String)>,
    #[serde(default)]
    schemas: BTreeMap<String, CacheFileSchema>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct CacheFileSchema {
    arn: String,
    last_modified: String,
    /// Number, digest of the content, and where they are ours the stamp: event, version, digest of the schema, and the number that a
    /// repair replaced.
    versions: Vec<Vec<String>>,
}

/// The format of the file that is read and written.
const FORMAT: u32 = 1;

impl Cache {
    /// Reads a cache file.
    pub fn parse(text: &str) -> Self {
        let file = toml::from_str(text)
            .ok()
            .filter(|file: &CacheFile| file.format == FORMAT);
        let Some(file) = file else { return Self::default() };
        let schemas = file.schemas.into_iter();
        let once_held = file.once_held.iter();
        Self {
            schemas: schemas
                .filter_map(|(name, schema)| Some((name, schema.seen()?)))
                .collect(),
            once_held: once_held
                .filter_map(|(event, version)| Some((event.parse().ok()?, version.parse().ok()?)))
                .collect(),
        }
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        let schema = |seen: &CachedSchema| CacheFileSchema {
            arn: seen.arn.clone(),
            last_modified: seen.last_modified.clone(),
            versions: seen.versions.iter().map(fields).collect(),
        };
        let once_held = self.once_held.iter();
        let file = CacheFile {
            format: FORMAT,
            once_held: once_held
                .map(|(event, version)| (event.to_string(), version.to_string()))
                .collect(),
            schemas: self
                .schemas
                .iter()
                .map(|(name, seen)| (name.clone(), schema(seen)))
                .collect(),
        };
        toml::to_string(&file).expect("texts by text are TOML")
    }

    /// The versions of a schema, if it is still the one that was seen.
    pub(crate) fn versions(&self, listed: &RemoteSchema) -> Option<&[HeldVersion]> {
        let seen = self.schemas.get(&listed.name)?;
        let same = seen.arn == listed.arn
            && seen.last_modified == listed.last_modified
            && !seen.last_modified.is_empty()
            && seen.versions.len() == listed.version_count;
        same.then_some(&seen.versions)
    }

    /// Notes what a schema holds after a write, or after reading it.
    pub(crate) fn record(&mut self, name: &str, arn: &str, last_modified: &str, versions: Vec<HeldVersion>) {
        let stamps = versions.iter().filter_map(|version| version.stamp.as_ref());
        self.once_held
            .extend(stamps.map(|stamp| (stamp.event.clone(), stamp.version.clone())));
        let seen = CachedSchema {
            arn: arn.to_owned(),
            last_modified: last_modified.to_owned(),
            versions,
        };
        self.schemas.insert(name.to_owned(), seen);
    }

    /// What is known of a schema.
    pub(crate) fn held(&self, name: &str) -> Option<&[HeldVersion]> {
        self.schemas.get(name).map(|seen| seen.versions.as_slice())
    }

    /// Notes versions that the registry holds, also where a tag has told it.
    pub fn note_held(&mut self, versions: &[(EventName, Version)]) {
        self.once_held.extend(versions.iter().cloned());
    }

    /// Returns the cache with what an earlier one knows to have been held: what is lost since is not what never was there.
    #[must_use]
    pub fn remembering(mut self, earlier: Self) -> Self {
        self.once_held.extend(earlier.once_held);
        self
    }

    /// Returns whether this machine has seen the registry hold a version of ours.
    pub fn has_held(&self, event: &EventName, version: &Version) -> bool {
        self.once_held.contains(&(event.clone(), version.clone()))
    }

    /// Returns the schemas that were last written before a time, with that time: both as the service prints them.
    pub fn untouched_since<'c>(&'c self, time: &str) -> impl Iterator<Item = (&'c str, &'c str)> {
        let schemas = self.schemas.iter();
        let written = schemas.map(|(name, seen)| (name.as_str(), seen.last_modified.as_str()));
        written.filter(move |(_, written)| !written.is_empty() && *written < time)
    }

    /// Forgets a schema: something happened to it.
    pub(crate) fn forget(&mut self, name: &str) {
        self.schemas.remove(name);
    }
}

fn fields(version: &HeldVersion) -> Vec<String> {
    let mut fields = vec![version.number.clone(), version.digest.to_string()];
    if let Some(stamp) = &version.stamp {
        fields.extend([
            stamp.event.to_string(),
            stamp.version.to_string(),
            stamp.digest.to_string(),
        ]);
        fields.extend(stamp.replaces.clone());
    }
    fields
}

impl CacheFileSchema {
    fn seen(self) -> Option<CachedSchema> {
        let versions: Option<Vec<_>> = self.versions.iter().map(|fields| version(fields)).collect();
        Some(CachedSchema {
            arn: self.arn,
            last_modified: self.last_modified,
            versions: versions?,
        })
    }
}

fn version(fields: &[String]) -> Option<HeldVersion> {
    let [number, digest, stamp @ ..] = fields else {
        return None;
    };
    let stamp = match stamp {
        [] => None,
        [event, version, digest, replaces @ ..] if replaces.len() <= 1 => Some(Stamp {
            event: event.parse().ok()?,
            version: version.parse().ok()?,
            digest: digest.parse().ok()?,
            replaces: replaces.first().cloned(),
        }),
        _ => return None,
    };
    Some(HeldVersion {
        number: number.clone(),
        stamp,
        digest: digest.parse().ok()?,
        foreign: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::Version;
    use schemactl_workspace::digest_text;

    fn listed() -> RemoteSchema {
        RemoteSchema {
            name: "a@B".to_owned(),
            arn: "arn".to_owned(),
            version_count: 2,
            last_modified: "now".to_owned(),
            ..RemoteSchema::default()
        }
    }

    fn cache() -> Cache {
        let digest = digest_text("x");
        let stamp = Stamp {
            event: "a/B".parse().unwrap(),
            version: Version::new(1, 0),
            digest: digest.clone(),
            replaces: Some("1".to_owned()),
        };
        let version = |number: &str, stamp| HeldVersion {
            number: number.to_owned(),
            stamp,
            digest: digest.clone(),
            foreign: None,
        };
        let mut cache = Cache::default();
        cache.record("a@B", "arn", "now", vec![version("1", Some(stamp)), version("2", None)]);
        cache
    }

    #[test]
    fn what_is_written_reads_back_and_damage_is_nothing() {
        let text = cache().to_text();
        assert_eq!(Cache::parse(&text), cache());
        assert_eq!(
            Cache::parse(&text.replace("format = 1", "format = 2")),
            Cache::default()
        );
        // What was held once is known by its name alone.
        let damaged = Cache::parse(&text.replace("sha256", "md5"));
        assert_eq!(damaged.versions(&listed()), None);
        assert!(damaged.has_held(&"a/B".parse().unwrap(), &Version::new(1, 0)));
        assert_eq!(Cache::parse("\0"), Cache::default());
    }

    #[test]
    fn what_was_held_stays_known_when_it_is_lost() {
        let (event, version) = ("a/B".parse().unwrap(), Version::new(1, 0));
        let after = Cache::parse(&Cache::default().remembering(cache()).to_text());
        assert!(after.has_held(&event, &version));
        assert_eq!(after.versions(&listed()), None);
        assert!(!after.has_held(&event, &Version::new(1, 1)));
        assert!(!Cache::default().has_held(&event, &version));
    }

    #[test]
    fn a_schema_that_is_another_one_is_not_known() {
        let cache = cache();
        assert_eq!(cache.versions(&listed()).map(<[_]>::len), Some(2));
        let changed: [fn(&mut RemoteSchema); 4] = [
            |listed| listed.arn = "other".to_owned(),
            |listed| listed.last_modified = "later".to_owned(),
            |listed| listed.version_count = 3,
            |listed| listed.name = "a@C".to_owned(),
        ];
        for change in changed {
            let mut other = listed();
            change(&mut other);
            assert_eq!(cache.versions(&other), None, "{other:?}");
        }
    }
}
