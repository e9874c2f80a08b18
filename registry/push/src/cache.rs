//! What an earlier run saw in a registry. In: the text of the cache file, or what a snapshot and a push have read and written.
//! Out: the versions of a schema, if its ARN, its number of versions and its time of writing are those of the list. The cache
//! saves reading; it is never trusted for a write, and a file that cannot be read is an empty one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::held::HeldVersion;
use crate::remote::RemoteSchema;
use schemactl_check::Stamp;

/// The versions of schemas, by the names of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    schemas: BTreeMap<String, CachedSchema>,
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
        let schemas = file.map(|file| file.schemas).unwrap_or_default().into_iter();
        Self {
            schemas: schemas
                .filter_map(|(name, schema)| Some((name, schema.seen()?)))
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
        let file = CacheFile {
            format: FORMAT,
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
        assert_eq!(Cache::parse(&text.replace("sha256", "md5")), Cache::default());
        assert_eq!(Cache::parse("\0"), Cache::default());
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
