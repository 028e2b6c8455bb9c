//! Error responses of the domain (RFC 6749, 5.2), under OAuth's own names.

use serde::Deserialize;
use url::Url;

use crate::error::{Error, ErrorKind, Subject};
use crate::http::{Failure, Reached, Response, host_of, not_json};
use crate::text::{is_name, presentable, reveals};
use crate::verdict::{Form, Refusal, RequestKind, judge};

#[derive(Deserialize)]
struct ErrorResponse {
    error: String,
    error_description: Option<String>,
}

/// Reads an answer whose status is not 200. The message repeats neither secrets nor private values; the name of the
/// error may be equal to a private value, which any word can be.
pub(super) fn read(
    url: &Url,
    answer: &Response,
    request_kind: RequestKind,
    secrets: &[&str],
    private: &[&str],
) -> Failure {
    let response = serde_json::from_slice::<ErrorResponse>(&answer.body).ok();
    let named = response.filter(|response| is_name(&response.error) && !reveals(&response.error, secrets));
    let error = match named {
        Some(ErrorResponse { error: code, error_description }) => {
            let refusal = Refusal {
                request_kind,
                status: answer.status,
                waf_action: answer.waf_action(),
                code: Some(&code),
                message: error_description.as_deref().unwrap_or_default(),
                form: Form::default(),
            };
            judged(&refusal, &host_of(url), &[secrets, private].concat())
        }
        None => {
            let error = not_json(url, answer, request_kind, secrets);
            let is_explained =
                error.kind() == ErrorKind::Throttled || error.meaning().subject == Subject::Firewall;
            if is_explained { error } else { error.with_hint(CHECK_DOMAIN) }
        }
    };
    let error = error.with_request_id(answer.request_id(secrets).map(str::to_owned));
    let reached = if answer.status == 429 { Reached::Nothing } else { Reached::Unknown };
    Failure { error, reached, retry_after: answer.retry_after() }
}

/// The error for an answer with status 200 whose body is not the endpoint's.
pub(super) fn unreadable(url: &Url) -> Error {
    let message =
        format!("{} answered with HTTP status 200 and a body that is not a token response", host_of(url));
    Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint(CHECK_DOMAIN)
}

/// The error of `host` under OAuth's name for it. Without a description the message repeats the name.
pub(super) fn judged(refusal: &Refusal<'_>, host: &str, secrets: &[&str]) -> Error {
    let code = refusal.code.unwrap_or_default();
    let shown = presentable(refusal.message, secrets);
    let message = if shown.trim().is_empty() { format!("{host} refused the request: {code}") } else { shown };
    Error::judged(judge(refusal), code.to_owned(), message)
}

const CHECK_DOMAIN: &str = "Check COGNITO_DOMAIN: something other than the pool's domain (a proxy, another site) may be answering, or the \
     pool has no domain of this name.";

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, message: &str, request_kind: RequestKind) -> Error {
        let refusal = Refusal {
            request_kind,
            status: 400,
            waf_action: None,
            code: Some(code),
            message,
            form: Form::default(),
        };
        judged(&refusal, "auth.example.com", &[])
    }

    #[test]
    fn the_name_stays_and_says_which_kind_of_error_it_is() {
        for (code, kind) in [
            ("invalid_client", ErrorKind::Authentication),
            ("invalid_grant", ErrorKind::Authentication),
            ("access_denied", ErrorKind::Authentication),
            ("unauthorized_client", ErrorKind::Service),
            ("invalid_scope", ErrorKind::Service),
            ("invalid_request", ErrorKind::Service),
            ("unsupported_grant_type", ErrorKind::Service),
            ("something_of_tomorrow", ErrorKind::Service),
        ] {
            let error = refused(code, "", RequestKind::ClientCredentials);
            assert_eq!((error.code(), error.kind()), (code, kind));
            assert_eq!(error.message(), format!("auth.example.com refused the request: {code}"));
            assert_eq!(error.hint().is_some(), code != "something_of_tomorrow");
        }
    }

    #[test]
    fn a_description_is_the_message_and_a_scope_hidden_in_it_is_found() {
        let error = refused("invalid_request", "invalid_scope", RequestKind::SignInPage);
        assert_eq!((error.code(), error.message()), ("invalid_request", "invalid_scope"));
        assert!(error.hint().unwrap().contains("AllowedOAuthScopes"));
    }

    #[test]
    fn a_name_is_a_short_word() {
        assert!(is_name("invalid_grant"));
        for text in ["", "two words", "<b>", "a\nb", "\u{e9}", &"x".repeat(101)] {
            assert!(!is_name(text), "{text}");
        }
    }
}
