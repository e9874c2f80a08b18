//! Pages for people who open the registry in a browser: registries, schemas, versions, what changed between two of them and what that means, code bindings, discoverers. In:
//! paths and queries. Out: HTML without scripts, escaped by the template and fenced by a strict policy. Nothing can be changed here.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::get;
use maud::Markup;
use rusqlite::Connection;
use serde::Deserialize;

use self::schema::SchemaPage;
use crate::dispatch::App;
use crate::error::ServiceError;

mod discoverers;
mod home;
mod json;
mod judgement;
mod layout;
mod natural;
mod registry;
mod schema;

/// Nothing is loaded but the stylesheet and the icon, nothing runs, nobody frames the pages.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("style.css");
const ICON: &str = include_str!("icon.svg");

/// What a query of a page can say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Words to search for.
    q: Option<String>,
    /// The last row of the page before.
    after: Option<String>,
    /// The version to show; the newest if absent or no number.
    version: Option<String>,
    /// What to show of it: `changes`, `bindings`, or else its content.
    show: Option<String>,
}

/// A page, or `None` for what does not exist.
type Page = rusqlite::Result<Option<Markup>>;

/// The routes of the pages.
pub(crate) fn router() -> Router<Arc<App>> {
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
        .route("/style.css", get(|| async { file("text/css; charset=utf-8", STYLE) }))
        .route("/icon.svg", get(|| async { file("image/svg+xml", ICON) }))
}

async fn home_page(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| home::page(&service, &asked, db)).await
}

async fn registry_page(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| registry::page(&service, &name, &asked, db)).await
}

async fn schema_page(
    State(app): State<Arc<App>>,
    Path((registry, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    let read = app
        .store
        .read(move |db| SchemaPage::read(&registry, &name, &asked, db))
        .await;
    let found = match read {
        Ok(Ok(Some(found))) => found,
        Ok(Ok(None)) => return missing(),
        Ok(Err(_)) | Err(_) => return failed(),
    };
    let judged = match found.pair() {
        Some([old, new]) => app.court.judge(old, new).await,
        None => None,
    };
    html(StatusCode::OK, found.render(&app.service, judged.as_ref()))
}

async fn discoverers_page(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response<Body> {
    page(&app, move |db| discoverers::page(&asked, db)).await
}

async fn discoverer_page(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| discoverers::one(&service, &id, db)).await
}

async fn archive_file(
    State(app): State<Arc<App>>,
    Path((registry, name, version, language)): Path<(String, String, String, String)>,
) -> Response<Body> {
    let Ok(version) = version.parse() else { return missing() };
    let read = app
        .store
        .read(move |db| schema::archive((&registry, &name, version, &language), db));
    match read.await {
        Ok(Ok(Some(archive))) => file("application/zip", archive),
        Ok(Ok(None)) => missing(),
        Ok(Err(_)) | Err(_) => failed(),
    }
}

/// Whether a request is one of a browser that shows what it gets, and pages are served.
pub(crate) fn is_asked_for(app: &App, request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    !app.access.verifies() && request.method() == Method::GET && accept.contains("text/html")
}

/// The page for what does not exist.
pub(crate) fn missing() -> Response<Body> {
    html(StatusCode::NOT_FOUND, layout::missing())
}

/// The page for a request to the API that was refused.
pub(crate) fn refusal(error: &ServiceError) -> Response<Body> {
    html(error.status(), layout::refusal(error))
}

fn failed() -> Response<Body> {
    html(StatusCode::INTERNAL_SERVER_ERROR, layout::failed())
}

async fn page(app: &App, make: impl FnOnce(&Connection) -> Page + Send + 'static) -> Response<Body> {
    let made = app.store.read(make).await;
    match made {
        Ok(Ok(Some(page))) => html(StatusCode::OK, page),
        Ok(Ok(None)) => missing(),
        Ok(Err(_)) | Err(_) => failed(),
    }
}

fn html(status: StatusCode, page: Markup) -> Response<Body> {
    let mut response = file("text/html; charset=utf-8", page.into_string());
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
