//! Publishing. In: entries, one for each version of a fact. Out: the ids that EventBridge gave them, or what failed. A
//! [`Bus`] is one `PutEvents` call; a [`Publisher`] keeps to its limits and tries failed entries again, and only those: what
//! is known to be accepted is never sent again.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::check::ValidationError;
use crate::event::{Event, EventVersion, encode_detail};
use crate::gap::GapError;
use crate::timestamp::Timestamp;

/// Entries in one `PutEvents` request.
pub(crate) const MOST_ENTRIES: usize = 10;
/// Bytes in one `PutEvents` request, as the service counts them. It was 256 KB before 2026.
pub(crate) const MOST_BYTES: usize = 1_000_000;
/// How often an entry is sent.
const ATTEMPTS: u32 = 4;
/// The pause before the second attempt; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// One entry of a `PutEvents` request.
///
/// As JSON it is what the API takes, with members such as `DetailType`: an outbox can store it, and `aws events put-events --entries` reads a list of
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Entry {
    /// The EventBridge `source`.
    pub source: String,
    /// The EventBridge `detail-type`.
    pub detail_type: String,
    /// The detail, as JSON text.
    pub detail: String,
    /// The bus; the account's default bus if nothing is said.
    #[serde(rename = "EventBusName", default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// When it happened; EventBridge takes the time of arrival if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// ARNs of what it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// An X-Ray trace header, `Root=…;Parent=…;Sampled=1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<String>,
}

impl Entry {
    /// Creates an entry on the account's default bus. `detail` is the JSON text of an object.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_runtime::Entry;
    ///
    /// let entry = Entry::new("com.myapp.orders", "OrderPlaced", r#"{"orderId": "o-1"}"#).on_bus("ecommerce-events");
    /// assert_eq!(entry.bus.as_deref(), Some("ecommerce-events"));
    /// // Bytes of source, detail-type and detail, as PutEvents counts them.
    /// assert_eq!(entry.size(), 16 + 11 + 18);
    /// ```
    pub fn new(source: impl Into<String>, detail_type: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            detail_type: detail_type.into(),
            detail: detail.into(),
            bus: None,
            time: None,
            resources: Vec::new(),
            trace_header: None,
        }
    }

    /// Creates the entry of an event.
    pub fn of<E: Event>(event: &E) -> Result<Self, serde_json::Error> {
        Ok(Self::new(E::SOURCE, E::DETAIL_TYPE, encode_detail(event)?))
    }

    /// Creates the entry of an event that is what its schema says: what is published in an older version too is not always that.
    pub fn of_valid<E: Event>(event: &E, validate: fn(&E) -> Result<(), ValidationError>) -> Result<Self, EntryError> {
        validate(event).map_err(|invalid| EntryError::Invalid {
            schema: E::SCHEMA_NAME,
            version: E::VERSION,
            invalid,
        })?;
        Ok(Self::of(event)?)
    }

    /// Returns the same entry, on the bus of that name or ARN.
    #[must_use]
    pub fn on_bus(mut self, bus: impl Into<String>) -> Self {
        self.bus = Some(bus.into());
        self
    }

    /// Returns the same entry, for something that happened at that time.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// Returns the same entry, about these ARNs.
    #[must_use]
    pub fn about(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resources = resources.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the same entry, as a part of that trace: the header of X-Ray.
    #[must_use]
    pub fn traced(mut self, header: impl Into<String>) -> Self {
        self.trace_header = Some(header.into());
        self
    }

    /// Returns what the service counts: 14 bytes for a time, and the UTF-8 bytes of source, detail-type, detail and resources.
    pub fn size(&self) -> usize {
        let time = if self.time.is_some() { 14 } else { 0 };
        let resources: usize = self.resources.iter().map(String::len).sum();
        time + self.source.len() + self.detail_type.len() + self.detail.len() + resources
    }
}

/// Why an event is not published.
#[derive(Debug)]
#[non_exhaustive]
pub enum EntryError {
    /// It cannot be written as JSON.
    Json(serde_json::Error),
    /// It is not what its schema says.
    Invalid {
        /// The name of the schema.
        schema: &'static str,
        /// The version in which it was to be published.
        version: EventVersion,
        /// What does not hold.
        invalid: ValidationError,
    },
    /// A property of an older version has no value: the producer's method for it failed.
    Gap {
        /// The name of the schema.
        schema: &'static str,
        /// The version in which it was to be published.
        version: EventVersion,
        /// The path of the property, such as `items[].unitPrice`.
        property: &'static str,
        /// What the method returned.
        error: GapError,
    },
}

impl From<serde_json::Error> for EntryError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::Invalid {
                schema,
                version,
                invalid,
            } => write!(f, "the event is not a valid {schema} {}: {invalid}", version.text),
            Self::Gap {
                schema,
                version,
                property,
                error,
            } => write!(
                f,
                "cannot publish the event as {schema} {}: `{property}`: {error}",
                version.text
            ),
        }
    }
}

/// Of an error that is shown as it is, the cause is its cause; what is in the text is no cause beside it.
impl std::error::Error for EntryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) => error.source(),
            Self::Gap { error, .. } => error.get_ref().source(),
            Self::Invalid { .. } => None,
        }
    }
}

/// Returns the value that a gap of `E` has.
///
/// # Errors
///
/// [`EntryError::Gap`] with the path of the property.
pub fn fill_gap<E: Event, T>(property: &'static str, value: Result<T, GapError>) -> Result<T, EntryError> {
    value.map_err(|error| EntryError::Gap {
        schema: E::SCHEMA_NAME,
        version: E::VERSION,
        property,
        error,
    })
}

/// What the service answered to one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryAnswer {
    /// Accepted, with this id.
    Accepted {
        /// The id in the envelope that consumers get.
        id: String,
    },
    /// Not accepted.
    Failed {
        /// The error code, such as `ThrottlingException`.
        code: String,
        /// What the service said.
        message: String,
    },
}

impl EntryAnswer {
    /// The two codes that the API reference calls worth another try.
    fn is_worth_another_try(&self) -> bool {
        matches!(self, Self::Failed { code, .. } if code == "InternalFailure" || code == "ThrottlingException")
    }
}

/// An event bus: one call, as the service has it.
pub trait Bus {
    /// Why a whole call failed.
    type Error: std::error::Error;

    /// Puts up to ten entries, and answers for each, in their order.
    fn put_events(&self, entries: &[Entry]) -> impl Future<Output = Result<Vec<EntryAnswer>, Self::Error>> + Send;

    /// Waits before another attempt.
    fn pause(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// A bus that several publishers share.
impl<B: Bus + Send + Sync> Bus for Arc<B> {
    type Error = B::Error;

    fn put_events(&self, entries: &[Entry]) -> impl Future<Output = Result<Vec<EntryAnswer>, Self::Error>> + Send {
        B::put_events(self, entries)
    }

    fn pause(&self, time: Duration) -> impl Future<Output = ()> + Send {
        B::pause(self, time)
    }
}

/// Puts events on a bus.
#[derive(Clone, Debug)]
pub struct Publisher<B> {
    bus: B,
}

/// What the bus answers where it accepts every entry: an event ID for each, in the order of the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishReceipt {
    /// The event IDs.
    pub ids: Vec<String>,
}

/// Why not every entry was accepted.
#[derive(Debug)]
#[non_exhaustive]
pub enum PublishError<E> {
    /// An entry alone, or entries that belong together, are more than one request can hold. Nothing was sent.
    TooLarge {
        /// The bytes of the entries, as the service counts them.
        bytes: usize,
        /// How many they are.
        entries: usize,
    },
    /// Some entries were refused, or not accepted in four attempts.
    Partly {
        /// What became of each entry.
        answers: Vec<EntryAnswer>,
    },
    /// The service answered with another number of entries than it was given.
    Miscounted {
        /// How many were given.
        sent: usize,
        /// How many were answered.
        answered: usize,
    },
    /// The first call failed: nothing is known to be accepted.
    Call(E),
}

impl<E: fmt::Display> fmt::Display for PublishError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, entries } => write!(
                f,
                "{entries} entries with {bytes} bytes do not fit one request of {MOST_ENTRIES} entries and {MOST_BYTES} bytes"
            ),
            Self::Partly { answers } => {
                let failed = answers.iter().enumerate().filter_map(|(index, answer)| match answer {
                    EntryAnswer::Failed { code, message } => Some(format!("entry {index}: {code}: {message}")),
                    EntryAnswer::Accepted { .. } => None,
                });
                f.write_str(&failed.collect::<Vec<_>>().join("; "))
            }
            Self::Miscounted { sent, answered } => {
                write!(f, "the bus answered for {answered} entries and was given {sent}")
            }
            Self::Call(error) => error.fmt(f),
        }
    }
}

/// Of a call that failed the error is shown as it is, and its cause is the cause: the AWS SDK says no more than `service error` by itself.
impl<E: std::error::Error> std::error::Error for PublishError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::TooLarge { .. } | Self::Partly { .. } | Self::Miscounted { .. } => None,
        }
    }
}

impl<B: Bus> Publisher<B> {
    /// Creates a publisher on a bus.
    pub fn new(bus: B) -> Self {
        Self { bus }
    }

    /// Returns the bus.
    pub fn bus(&self) -> &B {
        &self.bus
    }

    /// Puts entries that belong together, such as one fact in two versions, in one request. The service takes or refuses
    /// each entry by itself, so the failed ones, and only those, are tried again. [`Publisher::publish_all`] puts any number.
    pub async fn publish(&self, entries: &[Entry]) -> Result<PublishReceipt, PublishError<B::Error>> {
        let bytes = entries.iter().map(Entry::size).sum();
        if entries.len() > MOST_ENTRIES || bytes >= MOST_BYTES {
            return Err(PublishError::TooLarge {
                bytes,
                entries: entries.len(),
            });
        }
        let mut answers: Vec<Option<EntryAnswer>> = vec![None; entries.len()];
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=ATTEMPTS {
            let open: Vec<usize> = (0..entries.len()).filter(|at| is_open(answers[*at].as_ref())).collect();
            if open.is_empty() {
                break;
            }
            if attempt > 1 {
                self.bus.pause(pause).await;
                pause *= 2;
            }
            let sent: Vec<Entry> = open.iter().map(|at| entries[*at].clone()).collect();
            let got = match self.bus.put_events(&sent).await {
                Ok(got) => got,
                Err(error) if attempt == 1 => return Err(PublishError::Call(error)),
                // Some may have been accepted before: what is known of each entry says more than this failure.
                Err(_) => continue,
            };
            if got.len() != sent.len() {
                if attempt > 1 {
                    continue;
                }
                return Err(PublishError::Miscounted {
                    sent: sent.len(),
                    answered: got.len(),
                });
            }
            for (at, answer) in open.into_iter().zip(got) {
                answers[at] = Some(answer);
            }
        }
        finish(answers.into_iter().flatten().collect())
    }
}

fn is_open(answer: Option<&EntryAnswer>) -> bool {
    answer.is_none_or(EntryAnswer::is_worth_another_try)
}

fn finish<E>(answers: Vec<EntryAnswer>) -> Result<PublishReceipt, PublishError<E>> {
    let ids: Option<Vec<String>> = answers
        .iter()
        .map(|answer| match answer {
            EntryAnswer::Accepted { id } => Some(id.clone()),
            EntryAnswer::Failed { .. } => None,
        })
        .collect();
    ids.map(|ids| PublishReceipt { ids })
        .ok_or(PublishError::Partly { answers })
}
