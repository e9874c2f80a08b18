//! What an event is written as: its detail alone, the envelope that EventBridge delivers, an entry of PutEvents, or a request with several.
//! In: a text. Out: each event with the form it was read in, and what names its source and detail-type; an entry whose detail is no JSON is
//! a fault of that entry.

use schemactl_model::{Source, Value, parse};
use schemactl_workspace::{Example, WorkspaceEvent};

use super::lines::EventText;
use crate::diagnostic::Diagnostic;
use crate::problem::Problem;

/// The form that an event was read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventForm {
    /// The detail alone.
    Detail,
    /// What EventBridge delivers to a target.
    Envelope,
    /// What a producer hands to PutEvents.
    Entry,
}

/// An event as it was read.
pub(super) struct WrittenEvent {
    pub(super) form: EventForm,
    /// Its place among several.
    pub(super) index: Option<usize>,
    /// The detail, or the whole envelope; the detail of an entry is a text of its own. As an error, why there is none.
    pub(super) example: Result<Example, Box<Diagnostic>>,
    /// What the text says of source and detail-type, by the key of event.toml.
    pub(super) identity: Vec<(&'static str, Value)>,
    /// The text that it stands in.
    pub(super) text: EventText,
}

impl EventForm {
    /// Returns what it is called in a result.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Detail => "detail",
            Self::Envelope => "delivered envelope",
            Self::Entry => "PutEvents entry",
        }
    }
}

impl WrittenEvent {
    /// Returns what the file calls a key of event.toml.
    pub(super) fn name_of(&self, key: &'static str) -> &'static str {
        let mut members = IDENTITY_OF_ENTRY.into_iter();
        let member = members.find(|(known, _)| *known == key && self.form == EventForm::Entry);
        member.map_or(key, |(_, member)| member)
    }
}

/// The members of an entry of PutEvents, with the keys that event.toml has for them.
const IDENTITY_OF_ENTRY: [(&str, &str); 2] = [("source", "Source"), ("detail-type", "DetailType")];

/// The list of a request, as `aws events put-events --cli-input-json` takes it.
const ENTRIES: &str = "Entries";

/// The member of an entry that holds the event as a text.
const DETAIL: &str = "Detail";

/// What an envelope consists of.
const ENVELOPE: [&str; 3] = ["source", "detail-type", "detail"];

/// What an entry of PutEvents consists of.
const ENTRY: [&str; 3] = ["Source", "DetailType", DETAIL];

/// Services that put a message into another one: EventBridge → SNS → SQS → Lambda is three.
const MOST_WRAPPINGS: usize = 3;

/// Reads the events of a text, for an event whose own properties may be called as those of an envelope are.
pub(super) fn read_events(text: &EventText, event: &WorkspaceEvent) -> Result<Vec<WrittenEvent>, Problem> {
    read_wrapped(text, event, MOST_WRAPPINGS)
}

fn read_wrapped(text: &EventText, event: &WorkspaceEvent, wrappings: usize) -> Result<Vec<WrittenEvent>, Problem> {
    let value = parse(&text.source).map_err(Problem::Json)?;
    let messages = if wrappings > 0 {
        find_messages(&value)
    } else {
        Vec::new()
    };
    if !messages.is_empty() {
        let each = messages
            .into_iter()
            .map(|(place, message)| read_wrapped(&text.inside(&place, message), event, wrappings - 1));
        return Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
    }
    let entries = value.member(ENTRIES).and_then(Value::as_array);
    if let Some([]) = entries {
        return Err(Problem::usage(
            format!("`{ENTRIES}` in {} is empty", text.name()),
            "PutEvents requires 1 to 10 entries",
        ));
    }
    // A list alone is what `aws events put-events --entries` takes; an event is no list.
    let entries = entries.or_else(|| value.as_array());
    let declares = |key: &&str| declares_property(event, key);
    let is_entry = |value: &Value| has_two_of(value, &ENTRY, declares);
    if let Some(entries) = entries.filter(|entries| entries.iter().any(is_entry)) {
        let each = entries.iter().enumerate();
        return Ok(each
            .map(|(index, entry)| read_entry(text, entry, Some(index)))
            .collect());
    }
    if is_entry(&value) {
        return Ok(vec![read_entry(text, &value, None)]);
    }
    let is_object = |value: &Value| value.as_object().is_some();
    match value.as_array() {
        Some(events) if !events.is_empty() && events.iter().all(is_object) => {
            let each = events.iter().enumerate();
            Ok(each
                .map(|(index, one)| read_event(text, one, Some(index), declares))
                .collect())
        }
        _ => Ok(vec![read_event(text, &value, None, declares)]),
    }
}

/// Reads an envelope or a detail.
fn read_event(text: &EventText, value: &Value, index: Option<usize>, declares: impl Fn(&&str) -> bool) -> WrittenEvent {
    let example = Example {
        file: text.source.clone(),
        value: value.clone(),
    };
    let is_half = has_two_of(&example.value, &ENVELOPE, declares);
    let form = if example.is_envelope() || is_half {
        EventForm::Envelope
    } else {
        EventForm::Detail
    };
    let named = ["source", "detail-type"]
        .into_iter()
        .filter(|_| form == EventForm::Envelope);
    let identity = named.filter_map(|key| Some((key, example.value.member(key)?.clone())));
    WrittenEvent {
        form,
        index,
        identity: identity.collect(),
        text: text.clone(),
        example: if example.is_envelope() || !is_half {
            Ok(example)
        } else {
            Err(Box::new(half_an_envelope(&example)))
        },
    }
}

/// What is wrong with a value that has two of the three members of an envelope.
fn half_an_envelope(example: &Example) -> Diagnostic {
    let mut keys = ENVELOPE.into_iter();
    let missing = keys.find(|key| example.value.member(key).is_none());
    let title = match missing {
        Some(key) => format!("the envelope has no `{key}`"),
        None => "`detail` of the envelope is not an object".to_owned(),
    };
    let found = Diagnostic::error(title).place(&example.file, example.value.span, "an envelope, by its members");
    found.help(
        "EventBridge delivers `source`, `detail-type` and `detail`; to validate the detail alone, leave the others out",
    )
}

/// The members of messages that hold the text of an event; beside each stands what no event has by chance.
const MESSAGES: [(&str, &str); 5] = [
    ("Message", "TopicArn"),
    ("body", "messageId"),
    ("body", "receiptHandle"),
    ("Body", "MessageId"),
    ("Body", "ReceiptHandle"),
];

/// Returns the texts of the messages that SNS and SQS have put around events, with their places. None, if one of a list is no message: it would be
/// left out without a word.
fn find_messages(value: &Value) -> Vec<(String, &str)> {
    let mut lists = ["Records", "Messages"].into_iter();
    let list = lists.find_map(|key| Some((key, value.member(key)?.as_array()?)));
    let messages = match list {
        Some((key, records)) => {
            let records = records.iter().enumerate();
            let each = records.map(|(index, record)| {
                let (member, text) = find_message(record)?;
                Some((format!("{key}[{index}].{member}"), text))
            });
            each.collect()
        }
        None => find_message(value).map(|(member, text)| vec![(member.to_owned(), text)]),
    };
    messages.unwrap_or_default()
}

/// Returns the member of a message that holds a text, and the text.
fn find_message(value: &Value) -> Option<(&'static str, &str)> {
    MESSAGES.iter().find_map(|(member, beside)| {
        value.member(beside)?;
        Some((*member, value.member(member)?.as_str()?))
    })
}

/// Whether a value has at least two of the three members that an envelope or an entry consists of, and that the event does not declare itself.
fn has_two_of(value: &Value, keys: &[&str; 3], declares: impl Fn(&&str) -> bool) -> bool {
    let members = keys.iter().filter(|key| value.member(key).is_some());
    members.filter(|key| !declares(key)).count() >= 2
}

/// Whether a schema of an event has a property of that name at its root.
fn declares_property(event: &WorkspaceEvent, key: &str) -> bool {
    event.versions.values().any(|version| {
        let properties = version.document.root().member("properties");
        properties.is_some_and(|properties| properties.member(key).is_some())
    })
}

fn read_entry(text: &EventText, entry: &Value, index: Option<usize>) -> WrittenEvent {
    let members = IDENTITY_OF_ENTRY.into_iter();
    let identity = members.filter_map(|(key, member)| Some((key, entry.member(member)?.clone())));
    WrittenEvent {
        form: EventForm::Entry,
        index,
        example: read_detail(text, entry, index),
        identity: identity.collect(),
        text: text.clone(),
    }
}

/// The detail of an entry, in a file of its own: places in it are those of its text.
fn read_detail(text: &EventText, entry: &Value, index: Option<usize>) -> Result<Example, Box<Diagnostic>> {
    let detail = entry.member(DETAIL).unwrap_or(entry);
    let missing = ENTRY.into_iter().find(|key| entry.member(key).is_none());
    let refuse = |title: String, help: &str| {
        let refusal = Diagnostic::error(title).place(&text.source, detail.span, "the detail of this entry");
        Box::new(refusal.help(help))
    };
    if let Some(missing) = missing {
        return Err(refuse(
            format!("the entry has no `{missing}`"),
            "PutEvents requires `Source`, `DetailType` and `Detail`",
        ));
    }
    let Some(json) = detail.as_str() else {
        return Err(refuse(
            format!(
                "`{DETAIL}` has the type {}; expected a string with the JSON of the event",
                detail.kind_name()
            ),
            "write the JSON of the event as a string, with its quotes escaped",
        ));
    };
    let entry = index.map_or_else(String::new, |index| format!("{ENTRIES}[{index}]."));
    let inner = Source::new(format!("{}: {entry}{DETAIL}", text.name()), json);
    match parse(&inner) {
        Ok(value) => Ok(Example { file: inner, value }),
        Err(errors) => {
            let why = errors.first().map_or_else(String::new, ToString::to_string);
            Err(refuse(
                format!("`{DETAIL}` is not valid JSON: {why}"),
                "PutEvents rejects the entry with MalformedDetail",
            ))
        }
    }
}
