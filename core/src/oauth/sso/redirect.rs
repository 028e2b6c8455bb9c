//! The query that the browser brings back from the sign-in page (RFC 6749, 4.1.2).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::page_error::page_error;
use super::secrets::AuthorizationCode;
use crate::error::Error;
use crate::text::is_name;
use crate::verdict::known_at_sign_in_page;

/// The outcome of the sign-in page: a code, or the error that the page reported.
pub(super) type Redirect = Result<AuthorizationCode, Error>;

/// The reason why a query does not end this sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotOurs {
    /// The state is missing or differs. Cognito reports some errors without a state: `reported` is the name of one.
    OtherSignIn { reported: Option<&'static str> },
    /// The state is right, but there is neither a code nor an error, or one of them twice.
    Incomplete,
}

/// The parameter `state`: it ties a redirect to the link that it belongs to, against forged requests.
#[derive(Clone)]
pub(super) struct CsrfState(Zeroizing<String>);

impl CsrfState {
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, other: &str) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.as_bytes()).is_ok()
    }
}

/// Reads a query. `host` is the sign-in page's, for messages.
pub(super) fn read(query: &str, state: &CsrfState, host: &str) -> Result<Redirect, NotOurs> {
    let parameters = Parameters::of(query);
    // The name is shown as it is, so one that repeats the state does not count.
    let error = parameters.once("error").filter(|name| is_name(name) && !name.contains(state.as_str()));
    if !parameters.once("state").is_some_and(|given| state.is(given)) {
        // Anybody may have sent this: only known names are repeated.
        let reported = error.and_then(known_at_sign_in_page);
        return Err(NotOurs::OtherSignIn { reported });
    }
    match (parameters.once("code").filter(|code| !code.is_empty()), error) {
        (Some(code), None) => Ok(Ok(AuthorizationCode::new(code))),
        (None, Some(name)) => {
            let description = parameters.once("error_description");
            Ok(Err(page_error(name, description, host, &[state.as_str()])))
        }
        _ => Err(NotOurs::Incomplete),
    }
}

/// The query of a pasted address, which may be the whole address or its query alone.
pub(super) fn query_of(pasted: &str) -> &str {
    let pasted = pasted.trim().trim_matches(['"', '\'', '<', '>']).trim();
    let query = pasted.split_once('?').map_or(pasted, |(_, query)| query);
    query.split('#').next().unwrap_or(query)
}

struct Parameters(Vec<(String, Zeroizing<String>)>);

impl Parameters {
    fn of(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// A parameter's value, unless it is given twice: two readers might choose differently (RFC 6749, 3.1).
    fn once(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn read(query: &str) -> Result<Redirect, NotOurs> {
        super::read(query, &CsrfState::new(Zeroizing::new("right".to_owned())), "auth.example.com")
    }

    #[test]
    fn a_code_with_the_right_state_is_taken() {
        for query in ["code=c%2F1&state=right", "state=right&session=x&code=c%2F1"] {
            assert_eq!(read(query).unwrap().unwrap().expose(), "c/1");
        }
    }

    #[test]
    fn an_error_with_the_right_state_ends_the_sign_in_under_its_name() {
        let query = "error=access_denied&error_description=User+said+no%0A%1b&state=right";
        let error = read(query).unwrap().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "access_denied"));
        assert_eq!(error.message(), "User said no");
        let without_reason = read("error=invalid_scope&state=right").unwrap().unwrap_err();
        assert_eq!(without_reason.kind(), ErrorKind::Service);
        assert_eq!(without_reason.message(), "auth.example.com refused the request: invalid_scope");
    }

    /// Errors of Cognito's sign-in page and of the identity providers behind it, told apart by their descriptions.
    #[test]
    fn a_reported_error_is_explained_by_its_description() {
        for (error, description, kind, retryable, expected) in [
            (
                "server_error",
                "Already found an entry for username google_1",
                ErrorKind::Service,
                true,
                "once more",
            ),
            (
                "invalid_request",
                "Already found an entry for username Okta_a@b.c ",
                ErrorKind::Service,
                true,
                "once more",
            ),
            (
                "invalid_request",
                "PreSignUp failed with error redirect_uri.",
                ErrorKind::Authentication,
                false,
                "Lambda",
            ),
            (
                "server_error",
                "PreTokenGeneration failed with error no.",
                ErrorKind::Authentication,
                false,
                "Lambda",
            ),
            (
                "invalid_request",
                "user.email: Attribute cannot be updated.",
                ErrorKind::Service,
                false,
                "mutable",
            ),
            (
                "invalid_request",
                "Invalid user attributes: email: Attribute cannot be updated.\n",
                ErrorKind::Service,
                false,
                "mutable",
            ),
            (
                "invalid_request",
                "attributes required: [email]",
                ErrorKind::Service,
                false,
                "attribute mapping",
            ),
            ("unauthorized_client", "User is not enabled", ErrorKind::Authentication, false, "disabled"),
            (
                "invalid_request",
                "Client is not enabled for OAuth2.0 flows",
                ErrorKind::Service,
                false,
                "OAuth switched off",
            ),
            ("invalid_request", "invalid_scope", ErrorKind::Service, false, "AllowedOAuthScopes"),
            (
                "access_denied",
                "Unable to login because of security reasons",
                ErrorKind::Authentication,
                false,
                "threat",
            ),
            ("server_error", "Error in SAML response processing", ErrorKind::Service, false, ""),
            ("server_error", "", ErrorKind::Service, true, "try again"),
            ("temporarily_unavailable", "", ErrorKind::Service, true, "try again"),
            ("invalid_request", "Words of tomorrow", ErrorKind::Service, false, ""),
            ("unauthorized_client", "Words of tomorrow", ErrorKind::Service, false, ""),
            ("access_denied", "Words of tomorrow", ErrorKind::Authentication, false, ""),
        ] {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query
                .append_pair("error", error)
                .append_pair("error_description", description)
                .append_pair("state", "right");
            let told = read(&query.finish()).unwrap().unwrap_err();
            assert_eq!(
                (told.code(), told.kind(), told.retryable()),
                (error, kind, retryable),
                "{description}"
            );
            let hint = told.hint().unwrap_or_default();
            assert!(hint.contains(expected) && !hint.contains("redirect URI"), "{description}: {hint}");
            assert_eq!(hint.is_empty(), expected.is_empty(), "{description}: {hint}");
        }
    }

    #[test]
    fn what_is_not_this_sign_in_s_end_is_told_apart() {
        let other = |reported| NotOurs::OtherSignIn { reported };
        for (query, stray) in [
            ("", other(None)),
            ("code=c", other(None)),
            ("code=c&state=", other(None)),
            ("code=c&state=wrong", other(None)),
            ("code=c&state=righ", other(None)),
            ("code=c&state=right&state=wrong", other(None)),
            ("code=c&state=right&state=right", other(None)),
            ("error=invalid_scope", other(Some("invalid_scope"))),
            ("error=<script>", other(None)),
            ("error=made_up", other(None)),
            ("state=right", NotOurs::Incomplete),
            ("code=&state=right", NotOurs::Incomplete),
            ("code=c&code=d&state=right", NotOurs::Incomplete),
            ("code=c&error=access_denied&state=right", NotOurs::Incomplete),
            ("error=%3Cscript%3E&state=right", NotOurs::Incomplete),
            ("error=so-right&state=right", NotOurs::Incomplete),
        ] {
            assert_eq!(read(query).unwrap_err(), stray, "{query}");
        }
    }

    #[test]
    fn a_pasted_address_may_be_whole_or_its_query() {
        for pasted in [
            "http://localhost:8400/?code=c&state=s",
            " \"http://localhost:8400/?code=c&state=s#top\"\n",
            "<http://localhost:8400/?code=c&state=s>",
            "?code=c&state=s",
            "code=c&state=s",
        ] {
            assert_eq!(query_of(pasted), "code=c&state=s", "{pasted}");
        }
    }
}
