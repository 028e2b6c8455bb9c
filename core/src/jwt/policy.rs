//! The checks of a token's claims. They follow the signature: the claims of an unsigned text mean nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::claims::{Claims, TokenUse};
use super::options::{Expected, VerifierOptions, usable};
use super::token_errors::{bare_choice, invalid, mismatch, missing_claim, shown_time, wrong_type};
use crate::config::missing as missing_value;
use crate::error::{Error, ErrorKind, Result};

const USES: [&str; 2] = [TokenUse::Id.as_str(), TokenUse::Access.as_str()];

/// The checks of one verifier that are the same for all of its pools.
pub(super) struct Policy {
    /// The accepted app clients.
    client_ids: Expected<Vec<String>>,
    token_use: Expected<TokenUse>,
    leeway: Duration,
    /// The groups of which the user must be in one.
    groups: Option<Vec<String>>,
    /// The scopes of which the token must hold one.
    scopes: Option<Vec<String>>,
}

impl Policy {
    /// # Errors
    /// [`ErrorKind::Config`]: `MissingValue` without a client id, `InvalidValue` for an empty list.
    pub(super) fn new(options: &VerifierOptions) -> Result<Self> {
        let listed =
            |name: &str, list: &Option<Vec<String>>| list.as_ref().map(|list| usable(name, list)).transpose();
        Ok(Self {
            client_ids: match &options.client_ids {
                Some(Expected::Exactly(ids)) => Expected::Exactly(usable("client ids", ids)?),
                Some(Expected::Unchecked) => Expected::Unchecked,
                None => return Err(missing_value("client id", "COGNITO_CLIENT_ID")),
            },
            token_use: options.token_use,
            leeway: options.leeway,
            groups: listed("groups", &options.groups)?,
            scopes: listed("scopes", &options.scopes)?,
        })
    }

    pub(super) fn check(&self, claims: &Claims, now: SystemTime) -> Result<()> {
        let token_use = self.check_token_use(claims)?;
        match token_use {
            TokenUse::Id => self.check_audience(claims)?,
            TokenUse::Access => self.check_client_id(claims)?,
        }
        self.check_times(claims, now)?;
        self.check_groups(claims)?;
        self.check_scopes(claims)
    }

    /// Returns the use that the token names.
    fn check_token_use(&self, claims: &Claims) -> Result<TokenUse> {
        let expected = match &self.token_use {
            Expected::Exactly(TokenUse::Id) => &USES[..1],
            Expected::Exactly(TokenUse::Access) => &USES[1..],
            Expected::Unchecked => &USES[..],
        };
        let actual = claims.get("token_use").ok_or_else(|| missing("token_use", expected))?;
        let token_use = actual.as_str().filter(|name| expected.contains(name)).map(str::parse);
        if let Some(token_use) = token_use {
            return token_use;
        }
        let error = mismatch("InvalidTokenUse", "the token's token_use is", expected, Some(actual));
        Err(match &self.token_use {
            Expected::Exactly(TokenUse::Id) => error.with_hint("Send the ID token, not the access token."),
            Expected::Exactly(TokenUse::Access) => {
                error.with_hint("Send the access token, not the ID token.")
            }
            Expected::Unchecked => error,
        })
    }

    /// The `aud` of an ID token is its app client: one string, or a list (RFC 7519, section 4.1.3).
    fn check_audience(&self, claims: &Claims) -> Result<()> {
        let Expected::Exactly(client_ids) = &self.client_ids else { return Ok(()) };
        let actual = claims.get("aud").ok_or_else(|| missing("aud", client_ids))?;
        let accepted = match actual {
            Value::Array(audiences) => audiences.iter().any(|audience| is_one_of(audience, client_ids)),
            single => is_one_of(single, client_ids),
        };
        if accepted {
            return Ok(());
        }
        Err(mismatch("InvalidAudience", "the token's audience (aud) is", client_ids, Some(actual))
            .with_hint("The token is for another app client; compare the client id."))
    }

    /// The `client_id` of an access token is its app client. Its `aud`, which only resource binding adds, is left to the
    /// caller.
    fn check_client_id(&self, claims: &Claims) -> Result<()> {
        let Expected::Exactly(client_ids) = &self.client_ids else { return Ok(()) };
        let actual = claims.get("client_id").ok_or_else(|| missing("client_id", client_ids))?;
        if is_one_of(actual, client_ids) {
            return Ok(());
        }
        Err(mismatch("InvalidClientId", "the token's client_id is", client_ids, Some(actual))
            .with_hint("The token is for another app client; compare the client id."))
    }

    /// `nbf` <= now < `exp` (RFC 7519, sections 4.1.4 and 4.1.5), extended by the leeway on both sides. `iat` only has to
    /// be a time: the age of a token does not decide whether it is valid.
    fn check_times(&self, claims: &Claims, now: SystemTime) -> Result<()> {
        let now = unix_seconds(now);
        let leeway = self.leeway.as_secs_f64();
        let expires = numeric_date(claims, "exp")?.ok_or_else(|| missing_claim("exp"))?;
        let valid_from = numeric_date(claims, "nbf")?;
        numeric_date(claims, "iat")?;

        if now >= expires + leeway {
            let message = format!("the token expired at {}; it is {}", shown_time(expires), shown_time(now));
            return Err(Error::new(ErrorKind::TokenExpired, "TokenExpired", message)
                .with_comparison(format!("after {}", shown_time(now)), Some(shown_time(expires)))
                .with_hint("Get a new token: refresh, or sign in again."));
        }
        match valid_from {
            Some(from) if now + leeway < from => {
                let message =
                    format!("the token is valid from {} on; it is {}", shown_time(from), shown_time(now));
                Err(invalid("TokenNotYetValid", message)
                    .with_comparison(format!("at or before {}", shown_time(now)), Some(shown_time(from)))
                    .with_hint("Check this machine's clock, or allow a leeway of some seconds.")
                    .with_retryable(true))
            }
            _ => Ok(()),
        }
    }

    fn check_groups(&self, claims: &Claims) -> Result<()> {
        let Some(expected) = &self.groups else { return Ok(()) };
        let actual = claims.get("cognito:groups");
        let groups = match actual {
            None => &[],
            Some(Value::Array(groups)) => groups.as_slice(),
            Some(other) => return Err(wrong_type("cognito:groups", "a list", other)),
        };
        if groups.iter().any(|group| is_one_of(group, expected)) {
            return Ok(());
        }
        let statement = "the groups in the token (cognito:groups) are";
        Err(mismatch("InvalidGroups", statement, expected, actual).with_hint(
            "Add the user to a group, then get a new token: a token keeps the groups it was issued with.",
        ))
    }

    fn check_scopes(&self, claims: &Claims) -> Result<()> {
        let Some(expected) = &self.scopes else { return Ok(()) };
        let actual = claims.get("scope");
        let scopes = match actual {
            None => "",
            Some(Value::String(scopes)) => scopes,
            Some(other) => return Err(wrong_type("scope", "a string", other)),
        };
        if scopes.split(' ').any(|scope| expected.iter().any(|expected| scope == expected)) {
            return Ok(());
        }
        Err(mismatch("InvalidScopes", "the scopes in the token (scope) are", expected, actual)
            .with_hint("Ask for the scope when signing in; only access tokens hold scopes."))
    }
}

fn is_one_of(value: &Value, accepted: &[String]) -> bool {
    accepted.iter().any(|accepted| value == accepted)
}

fn missing<T: AsRef<str>>(name: &str, expected: &[T]) -> Error {
    missing_claim(name).with_comparison(bare_choice(expected), None)
}

/// A time in seconds since 1970-01-01T00:00:00Z, whole or not (RFC 7519, section 2).
fn numeric_date(claims: &Claims, name: &str) -> Result<Option<f64>> {
    let Some(claim) = claims.get(name) else { return Ok(None) };
    match claim.as_f64() {
        Some(seconds) if seconds.is_finite() => Ok(Some(seconds)),
        _ => Err(wrong_type(name, "a number of seconds", claim)),
    }
}

fn unix_seconds(time: SystemTime) -> f64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}
