//! What the domain says when it refuses, under OAuth's own name for it, with the next step in Cognito's terms.
//!
//! The names: RFC 6749, 4.1.2.1 and 5.2; RFC 7009, 2.2.1; OpenID Connect Core 1.0, 3.1.2.6.

use serde::Deserialize;
use url::Url;

use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Failure, Reached, host_of, not_json};
use crate::text::{is_name, presentable, reveals};

/// What was asked for: one and the same error has another cause in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A token for the client itself.
    ClientCredentials,
    /// A person, on the sign-in page.
    SignInPage,
    /// Tokens for the code that the sign-in page gave.
    CodeRedemption,
    /// New tokens for a refresh token.
    Refresh,
    /// The end of a refresh token.
    Revocation,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Reads an answer whose status says that the request failed.
pub(super) fn read(url: &Url, answer: &Answer, asked: Asked, secrets: &[&str]) -> Failure {
    let refusal = serde_json::from_slice::<Refusal>(&answer.body).ok();
    let throttled = answer.status == 429;
    let error = match refusal.filter(|refusal| is_name(&refusal.error) && !reveals(&refusal.error, secrets)) {
        Some(Refusal { error, error_description }) => {
            let description = error_description.map(|text| presentable(&text, secrets));
            let error = refused(&error, description, asked, &host_of(url));
            let retryable = error.retryable() || throttled || answer.status >= 500;
            error.with_retryable(retryable)
        }
        None if throttled => {
            let message = format!("{} answers that too many requests come in", host_of(url));
            Error::new(ErrorKind::Throttled, "TooManyRequests", message)
                .with_hint("Try again in a while, and use one token for many calls.")
                .with_retryable(true)
        }
        None => not_json(url, answer, secrets).with_hint(CHECK_DOMAIN),
    };
    let error = error.with_request_id(answer.request_id(secrets).map(str::to_owned));
    let reached = if throttled { Reached::Nothing } else { Reached::Unknown };
    Failure { error, reached, retry_after: answer.retry_after() }
}

/// A 200 whose body is not what the endpoint gives.
pub(super) fn unreadable(url: &Url) -> Error {
    let message = format!("{} answered the request for tokens with something else", host_of(url));
    Error::new(ErrorKind::Service, "InvalidResponse", message).with_hint(CHECK_DOMAIN)
}

/// The error for a refusal by this name. `description` is fit to be shown.
pub(super) fn refused(code: &str, description: Option<String>, asked: Asked, host: &str) -> Error {
    let description = description.filter(|text| !text.trim().is_empty());
    // Cognito hides the scope behind a broader name when it refuses before the sign-in page.
    let cause = match description.as_deref() {
        Some("invalid_scope") => "invalid_scope",
        _ => code,
    };
    let hint = hint_for(cause, asked);
    let message = description.unwrap_or_else(|| format!("{host} refused the request: {code}"));
    let error = Error::new(kind_of(code), code.to_owned(), message)
        .with_retryable(matches!(code, "temporarily_unavailable" | "server_error"));
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn kind_of(code: &str) -> ErrorKind {
    match code {
        "invalid_client"
        | "invalid_grant"
        | "access_denied"
        | "login_required"
        | "consent_required"
        | "interaction_required"
        | "account_selection_required" => ErrorKind::Authentication,
        _ => ErrorKind::Service,
    }
}

fn hint_for(code: &str, asked: Asked) -> Option<&'static str> {
    Some(match (code, asked) {
        ("invalid_client", _) => {
            "Check the client id, the client secret (COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET) and that the domain is \
             that of their pool. A client that has no secret must be given none."
        }
        ("invalid_grant", Asked::CodeRedemption) => {
            "The code from the sign-in page is used up, too old or another client's: sign in again."
        }
        ("invalid_grant", Asked::Refresh) => {
            "The refresh token is expired, revoked, replaced or another client's: sign in again."
        }
        ("invalid_grant", Asked::ClientCredentials) => {
            "The app client does not allow this grant or one of the scopes. Its owner can add client_credentials to \
             AllowedOAuthFlows and the scope to AllowedOAuthScopes."
        }
        ("invalid_grant", _) => "Start again from the beginning.",
        ("unauthorized_client", Asked::ClientCredentials) => {
            "The app client does not allow this grant. Its owner can add client_credentials to AllowedOAuthFlows, with \
             AllowedOAuthFlowsUserPoolClient switched on and custom scopes in AllowedOAuthScopes."
        }
        ("unauthorized_client", Asked::SignInPage | Asked::CodeRedemption) => {
            "The app client does not allow this grant. Its owner can add code to AllowedOAuthFlows, with \
             AllowedOAuthFlowsUserPoolClient switched on."
        }
        ("unauthorized_client", _) => "The app client is not allowed to do this: its owner can tell why.",
        ("invalid_scope", _) => {
            "The app client does not allow one of the scopes. Its owner can add it to AllowedOAuthScopes; a scope of a \
             resource server is written <resource server>/<scope>."
        }
        ("redirect_mismatch", _) => {
            "The redirect URI is not one of the app client's CallbackURLs. Its owner can add it there, letter for letter, \
             port and final slash included."
        }
        ("unsupported_grant_type", _) => {
            "The domain does not know this grant. Check COGNITO_DOMAIN, and the app client's AllowedOAuthFlows."
        }
        ("unsupported_token_type", _) => {
            "The domain does not revoke tokens of this kind: it takes refresh tokens."
        }
        ("invalid_request", Asked::SignInPage) => {
            "Check that the redirect URI is one of the app client's CallbackURLs, letter for letter, and that the \
             identity provider is one of the client's."
        }
        ("invalid_request", Asked::Revocation) => {
            "The app client may have token revocation switched off (EnableTokenRevocation)."
        }
        ("invalid_request", _) => "Check the client id, the redirect URI and the scopes.",
        ("access_denied", _) => "Signing in was refused or broken off on the sign-in page: try again.",
        (
            "login_required" | "consent_required" | "interaction_required" | "account_selection_required",
            _,
        ) => "The sign-in page has to ask, and `prompt` forbids it: leave `prompt` out.",
        ("temporarily_unavailable" | "server_error", _) => "The service failed: try again in a while.",
        _ => return None,
    })
}

const CHECK_DOMAIN: &str = "Check COGNITO_DOMAIN: something other than the pool's domain (a proxy, another site) may be answering, or the \
     pool has no domain of this name.";

#[cfg(test)]
mod tests {
    use super::*;

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
            let error = refused(code, None, Asked::ClientCredentials, "auth.example.com");
            assert_eq!((error.code(), error.kind()), (code, kind));
            assert_eq!(error.message(), format!("auth.example.com refused the request: {code}"));
            assert_eq!(error.hint().is_some(), code != "something_of_tomorrow");
        }
    }

    #[test]
    fn a_description_is_the_message_and_a_scope_hidden_in_it_is_found() {
        let error = refused("invalid_request", Some("invalid_scope".to_owned()), Asked::SignInPage, "host");
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
