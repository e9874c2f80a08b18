//! Amazon EventBridge as a bus, over the AWS SDK for Rust. In: the SDK's client, with the credentials and the endpoint the
//! program gave it. Out: the answers of `PutEvents`.

use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::SdkError;
use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use crate::publish::{Bus, Entry, EntryAnswer};

/// The buses of one account and region.
#[derive(Clone, Debug)]
pub struct EventBridgeBus {
    client: Client,
}

impl EventBridgeBus {
    /// Returns the buses that a client reaches.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Bus for EventBridgeBus {
    type Error = SdkError<PutEventsError>;

    async fn put_events(&self, entries: &[Entry]) -> Result<Vec<EntryAnswer>, Self::Error> {
        let call = self
            .client
            .put_events()
            .set_entries(Some(entries.iter().map(request).collect()));
        let answers = call.send().await?.entries.unwrap_or_default();
        Ok(answers
            .into_iter()
            .map(|answer| match answer.event_id {
                Some(id) => EntryAnswer::Accepted { id },
                None => EntryAnswer::Failed {
                    code: answer.error_code.unwrap_or_default(),
                    message: answer.error_message.unwrap_or_default(),
                },
            })
            .collect())
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

fn request(entry: &Entry) -> PutEventsRequestEntry {
    let time = entry.time.as_ref().and_then(|time| time.instant().ok());
    PutEventsRequestEntry::builder()
        .source(&entry.source)
        .detail_type(&entry.detail_type)
        .detail(&entry.detail)
        .set_event_bus_name(entry.bus.clone())
        .set_time(time.map(|(seconds, nanos)| DateTime::from_secs_and_nanos(seconds, nanos)))
        .set_resources((!entry.resources.is_empty()).then(|| entry.resources.clone()))
        .set_trace_header(entry.trace_header.clone())
        .build()
}
