//! Pages for people who open the registry in a browser: registries, schemas, versions, what changed between two of them and what that means,
//! code bindings, discoverers. In: paths and queries. Out: what `schemactl-pages` makes of the views, fenced by a strict
//! policy. Nothing can be changed here.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::get;
use rusqlite::Connection;
use schemactl_pages::{ICON, STYLESHEET, render_failure, render_missing, render_refusal};

use crate::app::App;
use crate::error::ServiceError;
use crate::views::{
    PageQuery, pair_of, read_archive, read_discoverer, read_discoverers, read_home, read_registry, read_schema,
    read_search,
};

/// Nothing is loaded but the stylesheet and the icon, nothing runs, nobody frames the pages.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page, or `None` for what does not exist.
type RenderedPage = rusqlite::Result<Option<String>>;

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
        .route(
            "/style.css",
            get(|| async { file("text/css; charset=utf-8", STYLESHEET) }),
        )
        .route("/icon.svg", get(|| async { file("image/svg+xml", ICON) }))
}

async fn home_page(State(app): State<Arc<App>>, Query(query): Query<PageQuery>) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| match query.words() {
        Some(words) => read_search(words, db).map(|page| Some(page.render())),
        None => read_home(&service, &query, db).map(|page| Some(page.render())),
    })
    .await
}

async fn registry_page(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| {
        let page = read_registry(&service, &name, &query, db)?;
        Ok(page.map(|page| page.render()))
    })
    .await
}

async fn schema_page(
    State(app): State<Arc<App>>,
    Path((registry, name)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
) -> Response<Body> {
    let service = Arc::clone(&app.service);
    let read = app
        .store
        .read(move |db| read_schema(&service, (&registry, &name), &query, db))
        .await;
    let mut found = match read {
        Ok(Ok(Some(found))) => found,
        Ok(Ok(None)) => return missing(),
        Ok(Err(_)) | Err(_) => return failed(),
    };
    if let Some([old, new]) = pair_of(&found) {
        let judged = app.court.judge(old, new).await;
        found.judged = judged.map(|judged| (*judged).clone());
    }
    html(StatusCode::OK, found.render())
}

async fn discoverers_page(State(app): State<Arc<App>>, Query(query): Query<PageQuery>) -> Response<Body> {
    page(&app, move |db| Ok(Some(read_discoverers(&query, db)?.render()))).await
}

async fn discoverer_page(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    let service = Arc::clone(&app.service);
    page(&app, move |db| {
        Ok(read_discoverer(&service, &id, db)?.map(|page| page.render()))
    })
    .await
}

async fn archive_file(
    State(app): State<Arc<App>>,
    Path((registry, name, version, language)): Path<(String, String, String, String)>,
) -> Response<Body> {
    let Ok(version) = version.parse() else { return missing() };
    let read = app
        .store
        .read(move |db| read_archive((&registry, &name, version, &language), db));
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
    html(StatusCode::NOT_FOUND, render_missing())
}

/// The page for a request to the API that was refused.
pub(crate) fn refusal(error: &ServiceError) -> Response<Body> {
    let status = error.status();
    let reason = status.canonical_reason().unwrap_or_default();
    html(status, render_refusal(status.as_u16(), reason, error.message()))
}

fn failed() -> Response<Body> {
    html(StatusCode::INTERNAL_SERVER_ERROR, render_failure())
}

async fn page(app: &App, make: impl FnOnce(&Connection) -> RenderedPage + Send + 'static) -> Response<Body> {
    let made = app.store.read(make).await;
    match made {
        Ok(Ok(Some(page))) => html(StatusCode::OK, page),
        Ok(Ok(None)) => missing(),
        Ok(Err(_)) | Err(_) => failed(),
    }
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
