//! From HTTP to operations and back. In: the table of operations and the data. Out: an axum router that admits, decodes,
//! runs in a thread of the database, encodes and records every request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Response, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{on, post};
use tokio::time::timeout;
use uuid::Uuid;

use crate::app::App;
use crate::browse;
use crate::call::Call;
use crate::error::ServiceError;
use crate::fields::BodyFields;
use crate::guard;
use crate::log::{LogEntry, LoggedOperation};
use crate::operations::{OPERATIONS, Operation, OperationHandler};
use crate::put_events;
use crate::routes::OperationAnswer;

/// How long a request may take, from its headers to its answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What signatures of the 31 operations are for.
const SERVICE: &str = "schemas";
/// What the log has where there is no operation.
const UNKNOWN: LoggedOperation = LoggedOperation {
    operation: "unknown",
    write: false,
};

pub(crate) fn api_router(app: App) -> Router {
    let app = Arc::new(app);
    let routes = OPERATIONS.iter().fold(Router::new(), |router, operation| {
        let serve =
            move |State(app): State<Arc<App>>, request: Request| async move { serve(&app, operation, request).await };
        router.route(operation.path, on(operation.method, serve))
    });
    let routes = routes.route("/", post(put_events::serve_put_events));
    // A browser cannot sign, so where signatures count there is nothing for it to see.
    let routes = if app.access.verifies() {
        routes
    } else {
        routes.merge(browse::pages_router())
    };
    routes
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(Arc::clone(&app), record))
        .with_state(app)
}

/// Around every request: the guard before it, the clock over it, its id and its entry in the log after it.
async fn record(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let mut response = match guard::admit_request(app.hosts, request.uri(), request.headers()) {
        Err(refusal) => refusal.into_response(),
        Ok(()) => match timeout(TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => ServiceError::late("the request", TIMEOUT).into_response(),
        },
    };
    let id = HeaderValue::from_str(&Uuid::new_v4().to_string()).expect("a UUID is ASCII");
    response.headers_mut().insert("x-amzn-requestid", id);
    let LoggedOperation { operation, write } = *response.extensions().get().unwrap_or(&UNKNOWN);
    app.log.push(LogEntry {
        operation,
        status: response.status().as_u16(),
        write,
    });
    response
}

async fn serve(app: &App, operation: &'static Operation, request: Request) -> Response<Body> {
    let browser = browse::is_asked_for(app, &request);
    let mut response = match run(app, operation, request).await {
        Ok(answer) => success(operation, answer),
        Err(error) if browser => browse::refusal_page(&error),
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(LoggedOperation {
        operation: operation.name,
        write: operation.is_write(),
    });
    response
}

async fn run(app: &App, operation: &'static Operation, request: Request) -> Result<OperationAnswer, ServiceError> {
    let (mut parts, body) = app.read_request(request, operation.body_limit()).await?;
    let admitted = app.access.admit(&parts, &body, SERVICE, || once(operation, &body))?;
    if operation.is_get() {
        return answer_again(app, operation, parts, body).await;
    }
    let answer = answer_call(app, operation, &mut parts, body).await;
    app.access.settle(admitted, answer.is_ok());
    answer
}

/// Answers what may have been asked before: a question is its path and query, and changes nothing.
async fn answer_again(
    app: &App,
    operation: &'static Operation,
    mut parts: Parts,
    body: Bytes,
) -> Result<OperationAnswer, ServiceError> {
    let question = parts.uri.path_and_query().map_or("", PathAndQuery::as_str).to_owned();
    let (known, revision) = app.store.find_answer(&question);
    if let Some(known) = known {
        return Ok(OperationAnswer::Body(known));
    }
    let answer = answer_call(app, operation, &mut parts, body).await?;
    if let (OperationAnswer::Body(body), Some(revision)) = (&answer, revision) {
        app.store.keep_answer(question, body, revision);
    }
    Ok(answer)
}

async fn answer_call(
    app: &App,
    operation: &'static Operation,
    parts: &mut Parts,
    body: Bytes,
) -> Result<OperationAnswer, ServiceError> {
    let call = Call::decode(operation.name, &app.service, parts, body).await?;
    carry_out(app, operation, call).await
}

/// Whether a signed call may be made once only: a change, unless it names itself by a ClientTokenId. That is the same change however
/// often it comes, and SDKs send it again when an answer is lost.
fn once(operation: &Operation, body: &[u8]) -> bool {
    let named = || BodyFields::parse(body).is_ok_and(|fields| matches!(fields.text("ClientTokenId"), Ok(Some(_))));
    operation.is_write() && !(operation.name == "UpdateSchema" && named())
}

async fn carry_out(app: &App, operation: &'static Operation, call: Call) -> Result<OperationAnswer, ServiceError> {
    let answer = match operation.action {
        OperationHandler::Read(run) => app.store.read(move |db| run(&call, db)).await.ok(),
        OperationHandler::Write(run) => app.store.write(move |db| run(&call, db)).await.ok(),
    };
    let answer = answer.ok_or_else(ServiceError::broken_off)??;
    if operation.is_write() {
        app.wake.send();
        if operation.name == "PutCodeBinding" {
            app.wake.generate();
        }
    }
    Ok(answer)
}

fn success(operation: &Operation, answer: OperationAnswer) -> Response<Body> {
    let (body, content_type) = match answer {
        OperationAnswer::Body(body) => (Body::from(body), "application/json"),
        OperationAnswer::Archive(bytes) => (Body::from(bytes), "application/zip"),
        OperationAnswer::Empty => (Body::empty(), "application/json"),
    };
    let mut response = Response::new(body);
    *response.status_mut() = operation.status;
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// A path that nothing is at: for browsers a page says so.
async fn nothing(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    if browse::is_asked_for(&app, &request) {
        return browse::missing_page();
    }
    ServiceError::unknown_operation(&request).into_response()
}
