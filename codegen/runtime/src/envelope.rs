//! The envelope in which EventBridge delivers an event, as the developer guide lists its fields. In: JSON text, also when it
//! is the body of an SQS message or came by SNS; or any format of serde. Out: the fields, with the detail as it arrived.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::detail::EventDetail;
use crate::error::{DecodeError, EnvelopeError};
use crate::error_path::{ErrorStep, prefix_step};
use crate::timestamp::Timestamp;

/// An event as EventBridge delivers it.
///
/// It implements `Deserialize`: a Lambda function that is the target of a rule gets a `LambdaEvent<Envelope>`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Envelope {
    /// The version of the envelope, `0`. Not the version of the event.
    pub version: String,
    /// Unique for each entry that EventBridge took. The key for doing a thing once.
    pub id: String,
    /// The kind of event.
    pub detail_type: String,
    /// The service that published it.
    pub source: String,
    /// The account it came from.
    #[serde(default)]
    pub account: String,
    /// When it happened, as its producer says.
    pub time: Timestamp,
    /// The region it came from.
    #[serde(default)]
    pub region: String,
    /// ARNs of what it is about.
    #[serde(default)]
    pub resources: Vec<String>,
    /// What happened: the JSON of an object.
    pub detail: EventDetail,
    /// What EventBridge adds on some ways, such as `replay-name` and `trace-header`.
    #[serde(flatten)]
    pub other: BTreeMap<String, serde_json::Value>,
}

impl Envelope {
    /// Reads an envelope, also when it is the body of an SQS message (`Body` in the API, `body` in a Lambda function), the
    /// `Message` of an SNS notification, or one in the other.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_runtime::Envelope;
    ///
    /// let envelope = Envelope::parse(
    ///     r#"{"version": "0", "id": "1", "detail-type": "OrderPlaced", "source": "com.myapp.orders",
    ///         "time": "2026-02-01T14:32:00Z", "detail": {"orderId": "o-1"}}"#,
    /// )?;
    /// assert_eq!(envelope.source, "com.myapp.orders");
    /// assert_eq!(envelope.detail(), r#"{"orderId": "o-1"}"#);
    /// # Ok::<(), schemactl_runtime::EnvelopeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, EnvelopeError> {
        let mut fields: EnvelopeFields = serde_json::from_str(text).map_err(EnvelopeError)?;
        // A queue that subscribes to a topic has the one around the other. What Lambda gets from a topic is no text.
        for wrapping in ["body", "Body", "Sns", "Message"] {
            let is_wrapped =
                |inner: &str| (inner.starts_with('"') || wrapping == "Sns") && !fields.contains_key("detail-type");
            if let Some(inner) = fields.get(wrapping).filter(|inner| is_wrapped(&inner.text())) {
                let failed = |error| field_error(wrapping, &error);
                fields = if inner.text().starts_with('"') {
                    let text: String = inner.read().map_err(failed)?;
                    serde_json::from_str(&text)
                } else {
                    inner.read()
                }
                .map_err(failed)?;
            }
        }
        Self::from_fields(fields)
    }

    /// By hand and not through `flatten`: serde buffers what it flattens, and no text is left of the detail.
    fn from_fields(mut fields: EnvelopeFields) -> Result<Self, EnvelopeError> {
        if !fields.contains_key("detail-type") {
            return Err(unwrapped(&fields));
        }
        Ok(Self {
            version: take(&mut fields, "version")?,
            id: take(&mut fields, "id")?,
            detail_type: take(&mut fields, "detail-type")?,
            source: take(&mut fields, "source")?,
            account: take_or_default(&mut fields, "account")?,
            time: take(&mut fields, "time")?,
            region: take_or_default(&mut fields, "region")?,
            resources: take_or_default(&mut fields, "resources")?,
            detail: take(&mut fields, "detail")?,
            other: fields
                .into_iter()
                .map(|(name, value)| Ok((name, value.read()?)))
                .collect::<Result<_, _>>()
                .map_err(EnvelopeError)?,
        })
    }

    /// Returns whether it is an event of that source and detail-type. A queue may hold several.
    pub fn is_event(&self, source: &'static str, detail_type: &'static str) -> Result<(), DecodeError> {
        if self.source == source && self.detail_type == detail_type {
            return Ok(());
        }
        Err(DecodeError::OtherEvent {
            expected: [source, detail_type],
            found: [self.source.clone(), self.detail_type.clone()],
        })
    }

    /// Returns the detail's JSON text.
    pub fn detail(&self) -> Cow<'_, str> {
        self.detail.text()
    }
}

/// What to do with what is no envelope.
fn unwrapped(fields: &EnvelopeFields) -> EnvelopeError {
    let advice = if fields.contains_key("Records") {
        "this is a Lambda event, so read each of its `Records`"
    } else {
        "a detail alone is read with `decode`"
    };
    EnvelopeError(serde::de::Error::custom(format_args!(
        "missing field `detail-type` of the envelope: {advice}"
    )))
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = EnvelopeFields::deserialize(deserializer)?;
        Self::from_fields(fields).map_err(serde::de::Error::custom)
    }
}

type EnvelopeFields = BTreeMap<String, EventDetail>;

fn take<T: DeserializeOwned>(fields: &mut EnvelopeFields, name: &'static str) -> Result<T, EnvelopeError> {
    let missing = || {
        EnvelopeError(serde::de::Error::custom(format_args!(
            "missing field `{name}` of the envelope"
        )))
    };
    let value = fields.remove(name).ok_or_else(missing)?;
    value.read().map_err(|error| field_error(name, &error))
}

fn take_or_default<T: Default + DeserializeOwned>(
    fields: &mut EnvelopeFields,
    name: &'static str,
) -> Result<T, EnvelopeError> {
    match fields.remove(name) {
        None => Ok(T::default()),
        Some(value) => value.read().map_err(|error| field_error(name, &error)),
    }
}

fn field_error(name: &str, error: &serde_json::Error) -> EnvelopeError {
    EnvelopeError(serde::de::Error::custom(prefix_step(
        ErrorStep::Key(name),
        &error.to_string(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"version":"0","id":"7bf7","detail-type":"order.placed","source":"com.myapp.orders",
        "account":"123456789012","time":"2026-02-01T14:32:00Z","region":"us-east-1","resources":[],
        "replay-name":"again","detail":{ "totalAmount": 10.00 }}"#;

    #[test]
    fn the_detail_is_the_text_that_came_in() {
        let envelope = Envelope::parse(EVENT).unwrap();
        assert_eq!(envelope.detail(), r#"{ "totalAmount": 10.00 }"#);
        assert_eq!(envelope.detail_type, "order.placed");
        assert_eq!(envelope.other["replay-name"], "again");
        let again = Envelope::parse(&serde_json::to_string(&envelope).unwrap()).unwrap();
        assert_eq!(again.detail(), envelope.detail());
    }

    #[test]
    fn a_message_of_sqs_holds_an_envelope() {
        for name in ["body", "Body"] {
            let message = serde_json::json!({ "messageId": "1", name: EVENT }).to_string();
            assert_eq!(Envelope::parse(&message).unwrap().detail_type, "order.placed");
            let broken = serde_json::json!({ name: "{}" }).to_string();
            assert!(
                Envelope::parse(&broken)
                    .unwrap_err()
                    .to_string()
                    .contains("missing field")
            );
        }
    }

    #[test]
    fn a_notification_of_sns_holds_an_envelope_also_in_a_queue() {
        let notification =
            serde_json::json!({ "Type": "Notification", "MessageId": "1", "Message": EVENT }).to_string();
        let queued = serde_json::json!({ "messageId": "2", "body": notification }).to_string();
        let record =
            serde_json::json!({ "EventSource": "aws:sns", "Sns": { "Type": "Notification", "Message": EVENT } });
        for text in [notification, queued, record.to_string()] {
            assert_eq!(Envelope::parse(&text).unwrap().detail_type, "order.placed");
        }
        let broken = serde_json::json!({ "Message": "hello" }).to_string();
        let error = Envelope::parse(&broken).unwrap_err().to_string();
        assert!(error.contains("`Message`: expected value"), "{error}");
    }

    #[test]
    fn errors_name_the_field() {
        for (text, part) in [
            (
                r#"{"Records": []}"#.to_owned(),
                "`detail-type` of the envelope: this is a Lambda event",
            ),
            (
                r#"{"orderId": "1", "body": {}}"#.to_owned(),
                "a detail alone is read with `decode`",
            ),
            (r#"{"orderId": "1"}"#.to_owned(), "a detail alone is read with `decode`"),
            (
                EVENT.replace("\"source\"", "\"sauce\""),
                "missing field `source` of the envelope",
            ),
            (EVENT.replace("\"7bf7\"", "7"), "`id`: invalid type"),
            ("[]".to_owned(), "not an EventBridge envelope"),
        ] {
            let error = Envelope::parse(&text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
