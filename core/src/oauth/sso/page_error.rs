//! Errors that the sign-in page reports in the redirect (RFC 6749, 4.1.2.1).

use crate::error::Error;
use crate::oauth::error_response::judged;
use crate::verdict::{Form, Refusal, RequestKind};

/// The error that the page of `host` reported. The message is free of `secrets`.
pub(super) fn page_error(code: &str, description: Option<&str>, host: &str, secrets: &[&str]) -> Error {
    let refusal = Refusal {
        request_kind: RequestKind::SignInPage,
        status: 302,
        waf_action: None,
        code: Some(code),
        message: description.unwrap_or_default(),
        form: Form::default(),
    };
    judged(&refusal, host, secrets)
}
