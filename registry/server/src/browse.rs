//! Pages.
use crate::dispatch::App;
use axum::Router;
pub(crate) fn router() -> Router<App> {
    Router::new()
}
