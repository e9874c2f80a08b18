//! PutEvents of EventBridge itself, which is answered since discoverers learn from events. In: a request of the JSON
//! protocol to `/`. Out: the answer of the bus that the server was given, which gets the request as it came; without one the events are
//! checked as EventBridge checks them, and go nowhere else.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::app::App;
use crate::arn::bus_of_arn;
use crate::bus::{self, BusClient, Relayed};
use crate::caller;
use crate::detail_limits::find_excess;
use crate::error::{ErrorKind, ServiceError};
use crate::log::LoggedOperation;
use crate::names::shorten_text;
use crate::routes::discovery::{TakenEvent, show_to_discoverers};
use crate::test_pattern;

/// The most entries of a request, and the most bytes of all of them.
const ENTRIES: usize = 10;
const SIZE: usize = 1024 * 1024;
/// The longest texts of an entry in characters: those of the first two are in the documentation of EventBridge and fail the entry; those
/// of the others are in the model of its API and fail the request.
const SOURCE_LENGTH: usize = 256;
const DETAIL_TYPE_LENGTH: usize = 128;
const BUS_NAME_LENGTH: usize = 1600;
const RESOURCE_LENGTH: usize = 2048;
const TRACE_HEADER_LENGTH: usize = 500;
/// What an entry's time counts for.
const TIME_SIZE: usize = 14;
const DEFAULT_BUS: &str = "default";
/// For the log. Whether schemas come of it is up to the discoverers.
const NAMED: LoggedOperation = LoggedOperation {
    operation: "PutEvents",
    write: false,
};

const TESTED: LoggedOperation = LoggedOperation {
    operation: "TestEventPattern",
    write: false,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<PutEventsEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename = "Entry", rename_all = "PascalCase")] // The messages of serde name it as the API does.
struct PutEventsEntry {
    time: Option<Number>,
    source: Option<String>,
    resources: Option<Vec<String>>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    trace_header: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutEventsAnswer {
    failed_entry_count: usize,
    entries: Vec<AnswerEntry>,
}

/// An entry that is not taken: the code and message of EventBridge.
type Refusal = (&'static str, String);

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnswerEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

/// Answers a request to `/`.
pub(crate) async fn serve_put_events(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let Some(target) = request.headers().get(bus::TARGET_HEADER).cloned() else {
        if caller::is_asked(&request) {
            return caller::serve_form_request(&app, request).await;
        }
        return ServiceError::unknown_operation(&request).into_response();
    };
    let named = if target == test_pattern::TARGET { TESTED } else { NAMED };
    let mut response = match run(&app, &target, request).await {
        Ok(answered) => respond(answered),
        Err(error) => error.into_json_protocol(),
    };
    response.extensions_mut().insert(named);
    response
}

async fn run(app: &App, target: &HeaderValue, request: Request) -> Result<Relayed, ServiceError> {
    let body = app.admit_body(request, bus::SERVICE).await?;
    if target == test_pattern::TARGET {
        return test_pattern::answer_pattern_test(&body);
    }
    if target != bus::TARGET {
        let target = shorten_text(&String::from_utf8_lossy(target.as_bytes()));
        let message = format!(
            "{target}: of EventBridge only {} and {} are answered here",
            bus::TARGET,
            test_pattern::TARGET
        );
        return Err(ServiceError::new(ErrorKind::UnknownOperation, message));
    }
    let (answer, taken) = match app.bus.clone() {
        Some(bus) => relay(bus, body).await?,
        None => answer(&body)?,
    };
    learn(app, taken).await?;
    Ok(answer)
}

/// Passes a request on to the bus. Emulators take what EventBridge refuses, so what is over its limits does not reach them; all else is for
/// the bus to say.
async fn relay(bus: BusClient, body: Bytes) -> Result<(Relayed, Vec<TakenEvent>), ServiceError> {
    let refused = match serde_json::from_slice::<PutEvents>(&body) {
        Ok(request) => {
            request.check()?;
            request.entries.iter().map(|entry| entry.check_limits().err()).collect()
        }
        Err(_) => Vec::new(),
    };
    let body = if refused.iter().any(Option::is_some) {
        without_refused(&body, &refused)?
    } else {
        body
    };
    if !refused.is_empty() && refused.iter().all(Option::is_some) {
        return Ok((merge(Relayed::nothing(), refused), Vec::new()));
    }
    let sent = body.clone();
    let relayed = spawn_blocking(move || bus.relay(&sent)).await;
    let relayed = relayed
        .map_err(|_| broken("the request to the bus broke off"))?
        .map_err(broken)?;
    let taken = taken_by_bus(&body, &relayed);
    Ok((merge(relayed, refused), taken))
}

/// The request with the other entries only.
fn without_refused(body: &Bytes, refused: &[Option<Refusal>]) -> Result<Bytes, ServiceError> {
    let mut request: Value = serde_json::from_slice(body).map_err(broken)?;
    if let Some(entries) = request["Entries"].as_array_mut() {
        let mut refused = refused.iter();
        entries.retain(|_| !matches!(refused.next(), Some(Some(_))));
    }
    Ok(request.to_string().into())
}

/// Puts the entries that the bus was not asked about into its answer. An answer of another kind stays as it is.
fn merge(mut relayed: Relayed, refused: Vec<Option<Refusal>>) -> Relayed {
    let count = refused.iter().flatten().count();
    let Ok(mut answer) = serde_json::from_slice::<Value>(&relayed.body) else {
        return relayed;
    };
    let failed = answer["FailedEntryCount"].as_u64().unwrap_or_default();
    let Some(entries) = answer["Entries"].as_array_mut().filter(|_| count > 0) else {
        return relayed;
    };
    for (index, refusal) in refused.into_iter().enumerate() {
        if let Some(refusal) = refusal {
            entries.insert(index.min(entries.len()), json!(AnswerEntry::refused(refusal)));
        }
    }
    answer["FailedEntryCount"] = json!(failed + count as u64);
    relayed.body = answer.to_string().into_bytes();
    relayed
}

/// Shows the events to the discoverers. They are told of as taken once what was learnt is on the disk.
async fn learn(app: &App, taken: Vec<TakenEvent>) -> Result<(), ServiceError> {
    if taken.is_empty() {
        return Ok(());
    }
    let service = Arc::clone(&app.service);
    let learnt = app
        .store
        .write(move |db| show_to_discoverers(&service, db, &taken))
        .await;
    learnt.map_err(|_| broken("discovery broke off"))??;
    app.wake.send();
    Ok(())
}

/// What EventBridge would answer.
fn answer(body: &Bytes) -> Result<(Relayed, Vec<TakenEvent>), ServiceError> {
    let request = decode(body)?;
    let checked = request.entries.into_iter().map(PutEventsEntry::check);
    let (mut entries, mut taken) = (Vec::new(), Vec::new());
    for entry in checked {
        match entry {
            Ok(event) => {
                entries.push(AnswerEntry {
                    event_id: Some(event.id.clone()),
                    ..AnswerEntry::default()
                });
                taken.push(event);
            }
            Err(refusal) => entries.push(AnswerEntry::refused(refusal)),
        }
    }
    let answer = PutEventsAnswer {
        failed_entry_count: entries.len() - taken.len(),
        entries,
    };
    let body = serde_json::to_vec(&answer).expect("an answer is texts and a number");
    Ok((Relayed { status: 200, body }, taken))
}

fn decode(body: &Bytes) -> Result<PutEvents, ServiceError> {
    let request: PutEvents = serde_json::from_slice(body).map_err(|error| {
        ServiceError::new(
            ErrorKind::Serialization,
            format!("the request is not one of PutEvents: {error}"),
        )
    })?;
    request.check()?;
    Ok(request)
}

impl PutEvents {
    /// Refuses a request that EventBridge refuses as a whole.
    fn check(&self) -> Result<(), ServiceError> {
        let count = self.entries.len();
        if count == 0 {
            return Err(invalid("entries", "greater than or equal to 1"));
        }
        if count > ENTRIES {
            return Err(invalid("entries", &format!("less than or equal to {ENTRIES}")));
        }
        for (index, entry) in self.entries.iter().enumerate() {
            entry.check_members(index + 1)?;
        }
        let size: usize = self.entries.iter().map(PutEventsEntry::size).sum();
        if size >= SIZE {
            let message = format!(
                "Total size of the entries in the request is over the limit: it is {size} bytes and has to be less than {SIZE}."
            );
            return Err(ServiceError::new(ErrorKind::Validation, message));
        }
        Ok(())
    }
}

impl AnswerEntry {
    fn refused((code, message): Refusal) -> Self {
        Self {
            error_code: Some(code),
            error_message: Some(message),
            ..Self::default()
        }
    }
}

/// The refusal of a member that has not the length that the model says.
fn invalid(member: &str, length: &str) -> ServiceError {
    let message = format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length {length}"
    );
    ServiceError::new(ErrorKind::Validation, message)
}

/// The events that another bus says it has taken. What is not understood here was not for here.
fn taken_by_bus(body: &Bytes, relayed: &Relayed) -> Vec<TakenEvent> {
    let (Ok(request), Ok(answer)) = (
        serde_json::from_slice::<PutEvents>(body),
        serde_json::from_slice::<Value>(&relayed.body),
    ) else {
        return Vec::new();
    };
    let answers = answer["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let taken = request.entries.into_iter().zip(answers).filter_map(|(entry, answer)| {
        let id = answer["EventId"].as_str()?;
        entry.taken(id.to_owned())
    });
    taken.collect()
}

impl PutEventsEntry {
    fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let resources = self.resources.iter().flatten().map(String::len).sum::<usize>();
        let time = if self.time.is_some() { TIME_SIZE } else { 0 };
        time + length(&self.source) + length(&self.detail_type) + length(&self.detail) + resources
    }

    /// Refuses members of a length that the model does not allow. `number` counts the entries from 1.
    fn check_members(&self, number: usize) -> Result<(), ServiceError> {
        let resources = self.resources.iter().flatten();
        let limited: [(_, Vec<&String>, _, _); 3] = [
            ("eventBusName", self.event_bus_name.iter().collect(), 1, BUS_NAME_LENGTH),
            (
                "traceHeader",
                self.trace_header.iter().collect(),
                1,
                TRACE_HEADER_LENGTH,
            ),
            ("resources", resources.collect(), 0, RESOURCE_LENGTH),
        ];
        for (name, texts, least, most) in limited {
            let member = format!("entries.{number}.member.{name}");
            let lengths: Vec<_> = texts.iter().map(|text| text.chars().count()).collect();
            if lengths.iter().any(|length| *length > most) {
                return Err(invalid(&member, &format!("less than or equal to {most}")));
            }
            if lengths.iter().any(|length| *length < least) {
                return Err(invalid(&member, &format!("greater than or equal to {least}")));
            }
        }
        Ok(())
    }

    /// Refuses an entry that EventBridge does not take whatever the bus is: one with a source or detail-type that is too long, or a detail with
    /// more levels or larger integers than it processes.
    fn check_limits(&self) -> Result<(), Refusal> {
        let limited = [
            ("Source", &self.source, SOURCE_LENGTH),
            ("DetailType", &self.detail_type, DETAIL_TYPE_LENGTH),
        ];
        for (name, value, most) in limited {
            let length = value.as_ref().map_or(0, |value| value.chars().count());
            if length > most {
                let message = format!(
                    "Parameter {name} is not valid. Reason: {name} has {length} characters; {most} are allowed."
                );
                return Err(("InvalidArgument", message));
            }
        }
        match self.detail.as_deref().and_then(find_excess) {
            Some(reason) => Err(("MalformedDetail", format!("Detail is malformed. Reason: {reason}"))),
            None => Ok(()),
        }
    }

    /// The event, or why EventBridge refuses the entry.
    fn check(self) -> Result<TakenEvent, Refusal> {
        let members = [
            ("Source", &self.source),
            ("DetailType", &self.detail_type),
            ("Detail", &self.detail),
        ];
        for (name, value) in members {
            if value.as_ref().is_none_or(String::is_empty) {
                let message = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
                return Err(("InvalidArgument", message));
            }
        }
        self.check_limits()?;
        if self.source.as_ref().is_some_and(|source| source.starts_with("aws.")) {
            let message = "Not authorized for the source.".to_owned();
            return Err(("NotAuthorizedForSourceException", message));
        }
        let malformed = ("MalformedDetail", "Detail is malformed.".to_owned());
        self.taken(Uuid::new_v4().to_string()).ok_or(malformed)
    }

    /// The event. `None` if it is none: a member is missing, or the detail is not a JSON object.
    fn taken(self, id: String) -> Option<TakenEvent> {
        let detail = self.detail?;
        let object =
            detail.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(&detail).is_ok();
        if !object {
            return None;
        }
        let bus = self.event_bus_name.unwrap_or_else(|| DEFAULT_BUS.to_owned());
        let bus = bus_of_arn(&bus).map(str::to_owned).unwrap_or(bus);
        Some(TakenEvent {
            bus,
            id,
            source: self.source?,
            detail_type: self.detail_type?,
            time: date_time(self.time.as_ref()),
            resources: self.resources.unwrap_or_default(),
            detail,
        })
    }
}

/// A time in seconds since 1970, or now.
fn date_time(seconds: Option<&Number>) -> String {
    let since = seconds.and_then(Number::as_f64).map(Duration::saturating_seconds_f64);
    let given = since.and_then(|since| OffsetDateTime::UNIX_EPOCH.checked_add(since));
    let time = given.unwrap_or_else(OffsetDateTime::now_utc).truncate_to_second();
    time.format(&Rfc3339).unwrap_or_default()
}

fn broken(reason: impl fmt::Display) -> ServiceError {
    ServiceError::new(ErrorKind::InternalServerError, reason.to_string())
}

fn respond(answered: Relayed) -> Response<Body> {
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let content_type = HeaderValue::from_static(bus::CONTENT_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
