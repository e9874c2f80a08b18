//! `GetCallerIdentity` of STS, the one operation of the query protocol that is answered: whoever pushes to an account has to know which one
//! it is, here as at AWS. In: a request with a form to `/`. Out: the account of the server.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, header};

use crate::app::App;
use crate::error::{ErrorKind, ServiceError};
use crate::log::LoggedOperation;

/// What signatures of the operation are for.
const SERVICE: &str = "sts";
const FORM: &str = "application/x-www-form-urlencoded";
const ACTION: &str = "GetCallerIdentity";
/// For the log.
const NAMED: LoggedOperation = LoggedOperation {
    operation: ACTION,
    write: false,
};

/// Returns whether a request has a form, as those of STS do.
pub(crate) fn is_asked(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == FORM)
}

/// Answers a request with a form.
pub(crate) async fn serve_form_request(app: &App, request: Request) -> Response<Body> {
    let mut response = match run(app, request).await {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            let xml = HeaderValue::from_static("text/xml");
            response.headers_mut().insert(header::CONTENT_TYPE, xml);
            response
        }
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(NAMED);
    response
}

async fn run(app: &App, request: Request) -> Result<String, ServiceError> {
    let body = app.admit_body(request, SERVICE).await?;
    let mut fields = body.split(|byte| *byte == b'&');
    let wanted = format!("Action={ACTION}");
    if !fields.any(|field| field == wanted.as_bytes()) {
        let message = format!("only {ACTION} of STS is supported here");
        return Err(ServiceError::new(ErrorKind::UnknownOperation, message));
    }
    let account = &app.service.arns.account;
    Ok(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:root</Arn><UserId>{account}</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
        uuid::Uuid::new_v4()
    ))
}
