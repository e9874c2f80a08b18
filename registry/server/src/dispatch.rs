//! From HTTP to operations and back. In: the table of operations and the data. Out: an axum router that admits, decodes,
//! runs on a thread that may block, encodes and records every request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::on;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::arn::Arns;
use crate::call::Call;
use crate::error::{ErrorKind, ServiceError};
use crate::guard;
use crate::log::{Request as Entry, RequestLog};
use crate::operations::{Action, OPERATIONS, Operation};
use crate::routes::Answer;
use crate::store::Store;

/// How long a request may take, from its headers to its answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The name of an operation in the log where there is none.
const UNKNOWN: &str = "unknown";

/// What every request needs.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    pub(crate) arns: Arns,
    pub(crate) log: Arc<RequestLog>,
}

pub(crate) fn router(app: &App) -> Router {
    let routes = OPERATIONS.iter().fold(Router::new(), |router, operation| {
        let serve = move |State(app): State<App>, request: Request| serve(app, operation, request);
        router.route(operation.path, on(operation.method, serve))
    });
    routes
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(Arc::clone(&app.log), record))
        .with_state(app.clone())
}

/// Around every request: the guard before it, the clock over it, its id and its entry in the log after it.
async fn record(State(log): State<Arc<RequestLog>>, request: Request, next: Next) -> Response<Body> {
    let mut response = match guard::admit(request.uri(), request.headers()) {
        Err(refusal) => refusal.into_response(),
        Ok(()) => match tokio::time::timeout(TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => late().into_response(),
        },
    };
    let id = HeaderValue::from_str(&Uuid::new_v4().to_string()).expect("a UUID is ASCII");
    response.headers_mut().insert("x-amzn-requestid", id);
    let operation = response.extensions().get::<&'static Operation>();
    log.push(Entry {
        operation: operation.map_or(UNKNOWN, |operation| operation.name).to_owned(),
        status: response.status().as_u16(),
        write: operation.is_some_and(|operation| operation.is_write()),
    });
    response
}

async fn serve(app: App, operation: &'static Operation, request: Request) -> Response<Body> {
    let mut response = match run(app, operation, request).await {
        Ok(answer) => success(operation, answer),
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(operation);
    response
}

async fn run(app: App, operation: &'static Operation, request: Request) -> Result<Answer, ServiceError> {
    if let Action::MissingRead | Action::MissingWrite = operation.action {
        return Err(missing(operation));
    }
    let call = decode(app.arns, operation, request).await?;
    let store = app.store;
    let running = spawn_blocking(move || match operation.action {
        Action::Read(run) => store.read(|db| run(&call, db)),
        Action::Write(run) => store.write(|db| run(&call, db)),
        Action::MissingRead | Action::MissingWrite => Err(missing(operation)),
    });
    let failed = |_| {
        Err(ServiceError::new(
            ErrorKind::InternalServerError,
            "the operation broke off",
        ))
    };
    running.await.unwrap_or_else(failed)
}

async fn decode(arns: Arns, operation: &'static Operation, request: Request) -> Result<Call, ServiceError> {
    let (mut parts, body) = request.into_parts();
    let path = path(&mut parts).await?;
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let query = query.map_err(|error| ServiceError::bad_request(error.body_text()))?;
    Ok(Call {
        operation: operation.name,
        arns,
        path,
        query: query.0,
        body: guard::read(body).await?,
    })
}

async fn path(parts: &mut Parts) -> Result<Vec<(String, String)>, ServiceError> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|error| ServiceError::bad_request(error.body_text()))?;
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    Ok(params.iter().map(owned).collect())
}

fn success(operation: &Operation, answer: Answer) -> Response<Body> {
    let body = match answer {
        Answer::Body(body) => Body::from(body.to_string()),
        Answer::Empty => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = operation.status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

async fn unknown(request: Request) -> Response<Body> {
    let message = format!("{} {} is no operation", request.method(), request.uri().path());
    ServiceError::new(ErrorKind::UnknownOperation, message).into_response()
}

fn missing(operation: &Operation) -> ServiceError {
    let message = format!("{} is not implemented by schemactl serve", operation.name);
    ServiceError::new(ErrorKind::NotImplemented, message)
}

fn late() -> ServiceError {
    let message = format!("the request took longer than {} seconds", TIMEOUT.as_secs());
    ServiceError::new(ErrorKind::RequestTimeout, message)
}
