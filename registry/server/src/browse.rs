//! Pages for people who open the registry in a browser: registries, schemas, versions, what changed between two of them and what that means,
//! code bindings, discoverers. In: paths and queries. Out: what `schemactl-pages` makes of the views, fenced by a strict
//! policy. Nothing can be changed here.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::get;
use rusqlite::Connection;
use schemactl_model::spell_out_line;
use schemactl_pages::{
    ICON, STYLESHEET, render_api_error, render_bad_request, render_database_error, render_not_found,
    render_not_found_with,
};

use tokio::task::spawn_blocking;

use crate::app::App;
use crate::call::Call;
use crate::error::ServiceError;
use crate::views::{
    mark_deprecated, pair_of, read_archive, read_schema, render_discoverer, render_discoverers, render_home,
    render_registry,
};

/// Nothing is loaded but the stylesheet and the icon, nothing runs, nobody frames the pages.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the log and refusals call a page.
const NAME: &str = "Page";

/// The routes of the pages.
pub(crate) fn pages_router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home_page))
        .route("/registries/{registry}", get(registry_page))
        .route("/registries/{registry}/{schema}", get(schema_page))
        .route(
            "/registries/{registry}/{schema}/bindings/{version}/{language}",
            get(archive_file),
        )
        .route("/discoverers", get(discoverers_page))
        .route("/discoverers/{discoverer}", get(discoverer_page))
        .route(
            "/style.css",
            get(|| async { file("text/css; charset=utf-8", STYLESHEET) }),
        )
        .route("/icon.svg", get(|| async { file("image/svg+xml", ICON) }))
}

async fn home_page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    page(&app, request, render_home).await
}

async fn registry_page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    page(&app, request, render_registry).await
}

async fn schema_page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let mut found = match read(&app, request, read_schema).await {
        Ok(found) => found,
        Err(error) => return no_page(&error),
    };
    let (facts, content) = (app.facts.clone(), found.version.content.clone());
    let facts = spawn_blocking(move || facts.read(&content)).await.ok().flatten();
    if let Some(facts) = &facts {
        mark_deprecated(&mut found, facts);
    }
    if let Some(pair) = pair_of(&found) {
        let judged = app.court.judge(pair, facts).await;
        found.judged = judged.map(|judged| (*judged).clone());
    }
    html(StatusCode::OK, found.render())
}

async fn discoverers_page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    page(&app, request, render_discoverers).await
}

async fn discoverer_page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    page(&app, request, render_discoverer).await
}

async fn archive_file(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    match read(&app, request, read_archive).await {
        Ok(archive) => file("application/zip", archive),
        Err(error) => no_page(&error),
    }
}

/// Whether a request is one of a browser that shows what it gets, and pages are served.
pub(crate) fn is_asked_for(app: &App, request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    !app.access.verifies() && request.method() == Method::GET && accept.contains("text/html")
}

/// The page for what does not exist.
pub(crate) fn missing_page() -> Response<Body> {
    html(StatusCode::NOT_FOUND, render_not_found())
}

/// The page for a request to the API that was refused.
pub(crate) fn refusal_page(error: &ServiceError) -> Response<Body> {
    let status = error.status();
    let reason = status.canonical_reason().unwrap_or_default();
    html(status, render_api_error(status.as_u16(), reason, error.message()))
}

/// The page for an address that leads to none, with the reason.
fn no_page(error: &ServiceError) -> Response<Body> {
    let status = error.status();
    let message = spell_out_line(error.message());
    let page = match status {
        StatusCode::NOT_FOUND => render_not_found_with(&message),
        StatusCode::BAD_REQUEST => render_bad_request(&message),
        _ => render_database_error(),
    };
    html(status, page)
}

async fn page(
    app: &App,
    request: Request,
    render: impl FnOnce(&Call, &Connection) -> Result<String, ServiceError> + Send + 'static,
) -> Response<Body> {
    match read(app, request, render).await {
        Ok(page) => html(StatusCode::OK, page),
        Err(error) => no_page(&error),
    }
}

/// Reads what an address asks for.
async fn read<T: Send + 'static>(
    app: &App,
    request: Request,
    read: impl FnOnce(&Call, &Connection) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    let (mut parts, _) = request.into_parts();
    let call = Call::decode(NAME, &app.service, &mut parts, Bytes::new()).await?;
    let answer = app.store.read(move |db| read(&call, db)).await;
    answer.unwrap_or_else(|_| Err(ServiceError::broken_off()))
}

fn html(status: StatusCode, page: String) -> Response<Body> {
    let mut response = file("text/html; charset=utf-8", page);
    *response.status_mut() = status;
    response
}

fn file(content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
