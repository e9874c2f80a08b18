//! The events of a version: envelopes as EventBridge delivers them. In: source, detail-type and the set of details, and which fields of an
//! envelope a question is about. Out: a set of events, and whole events for what was found in it.
//!
//! The fields of an envelope do not depend on each other: those that no pattern names are left out of a question, and put back into its answer.

use schemactl_containment::{InstanceSet, JsonType, SetSession, UnsupportedSetError};
use schemactl_model::Value;
use serde_json::json;

/// The texts of an envelope, as patterns of ECMA 262, and an example of each. `source`, `detail-type`, `resources` and `detail` are others.
const TEXTS: [(&str, &str, &str); 5] = [
    ("version", "^0$", "0"),
    (
        "id",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "17793124-05d4-b198-2fde-7ededc63b103",
    ),
    ("account", "^[0-9]{12}$", "111122223333"),
    (
        "time",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        "2026-02-01T14:32:00Z",
    ),
    ("region", "^[a-z]{2}(?:-[a-z]+)+-[0-9]+$", "us-east-1"),
];

/// A field that only replayed events have: the name of the replay.
const REPLAY_NAME: &str = "replay-name";

/// The events of one source and detail-type.
#[derive(Clone, Debug)]
pub(crate) struct Envelopes<'s> {
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) details: InstanceSet<'s>,
}

impl<'s> Envelopes<'s> {
    /// Returns the events with what these fields may be; the others may be anything.
    ///
    /// # Errors
    ///
    /// None for texts.
    pub(crate) fn with_fields(
        &self,
        session: &mut SetSession<'s>,
        fields: &[&str],
    ) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        let mut all = vec![session.types(&[JsonType::Object])];
        for field in fields {
            let values = match *field {
                "source" => session.value(&Value::string(&self.source))?,
                "detail-type" => session.value(&Value::string(&self.detail_type))?,
                "detail" => {
                    let objects = session.types(&[JsonType::Object]);
                    session.intersection(&[self.details, objects])
                }
                "resources" => {
                    let text = session.types(&[JsonType::String]);
                    session.arrays_of(0, text)
                }
                REPLAY_NAME => {
                    let (name, text) = (
                        session.value(&Value::string(REPLAY_NAME))?,
                        session.types(&[JsonType::String]),
                    );
                    all.push(session.objects_of(name, text));
                    continue;
                }
                name => {
                    let Some((_, pattern, _)) = TEXTS.iter().find(|(text, ..)| *text == name) else {
                        // An envelope has no other fields.
                        let everything = session.everything();
                        let there = session.objects_with(name, everything);
                        all.push(session.complement(there));
                        continue;
                    };
                    session.texts_matching(pattern)
                }
            };
            all.push(session.objects_with(field, values));
        }
        Ok(session.intersection(&all))
    }

    /// Returns a whole event: what was found, with examples of the other fields.
    pub(crate) fn complete(&self, found: &serde_json::Value) -> serde_json::Value {
        let mut event = json!({"source": self.source, "detail-type": self.detail_type, "resources": [], "detail": {}});
        for (name, _, example) in TEXTS {
            event[name] = example.into();
        }
        for (name, value) in found.as_object().into_iter().flatten() {
            event[name.as_str()] = value.clone();
        }
        event
    }
}
