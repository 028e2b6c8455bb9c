//! What a genuine token must say before it is accepted.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Claims;
use super::refusal::{invalid, missing_claim, shown, shown_choice, shown_time, wrong_type};
use crate::error::{Error, ErrorKind, Result};

/// What a claim has to be. Not to check it is a choice that has to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected<T> {
    /// The claim must match this.
    Exactly(T),
    /// The claim may be anything. The caller checks it, or has a reason not to.
    Unchecked,
}

/// What a token is for: its claim `token_use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenUse {
    /// An ID token: it says who the user is.
    Id,
    /// An access token: it says what its bearer may do.
    Access,
}

impl TokenUse {
    /// The word that the claim holds: `id` or `access`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

impl FromStr for TokenUse {
    type Err = Error;

    /// Reads `id` or `access`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidTokenUse`, for anything else.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "id" => Ok(Self::Id),
            "access" => Ok(Self::Access),
            _ => {
                let message =
                    format!("the token use is {}; expected \"id\" or \"access\"", shown(&Value::from(text)));
                Err(Error::new(ErrorKind::Config, "InvalidTokenUse", message)
                    .with_hint("Say \"id\" for ID tokens or \"access\" for access tokens."))
            }
        }
    }
}

/// The checks of one verifier. They come after the signature: what an unsigned text says is worth no answer.
pub(super) struct Policy {
    /// Any one of these, to the letter.
    pub(super) issuers: Vec<String>,
    /// Any one of these.
    pub(super) client_id: Expected<Vec<String>>,
    pub(super) token_use: Expected<TokenUse>,
    pub(super) leeway: Duration,
    /// Any one of these.
    pub(super) groups: Option<Vec<String>>,
    /// Any one of these.
    pub(super) scopes: Option<Vec<String>>,
}

impl Policy {
    pub(super) fn check(&self, claims: &Claims, now: SystemTime) -> Result<()> {
        self.check_issuer(claims)?;
        let token_use = self.check_token_use(claims)?;
        match token_use {
            TokenUse::Id => self.check_audience(claims)?,
            TokenUse::Access => self.check_client_id(claims)?,
        }
        self.check_times(claims, now)?;
        self.check_groups(claims)?;
        self.check_scopes(claims)
    }

    pub(super) fn check_issuer(&self, claims: &Claims) -> Result<()> {
        let actual = claims.get("iss").ok_or_else(|| missing_claim("iss"))?;
        if self.issuers.iter().any(|issuer| actual == issuer) {
            return Ok(());
        }
        let expected = shown_choice(&self.issuers);
        let message = format!("the token's issuer (iss) is {}; expected {expected}", shown(actual));
        Err(invalid("InvalidIssuer", message).with_hint(
            "The token is from another user pool or region; compare COGNITO_USER_POOL_ID and COGNITO_ISSUER.",
        ))
    }

    /// What the token is for, by its own word.
    fn check_token_use(&self, claims: &Claims) -> Result<TokenUse> {
        let claim = claims.get("token_use").ok_or_else(|| missing_claim("token_use"))?;
        let actual = claim.as_str().and_then(|text| text.parse().ok());
        match (actual, self.token_use) {
            (Some(actual), Expected::Unchecked) => Ok(actual),
            (Some(actual), Expected::Exactly(expected)) if actual == expected => Ok(actual),
            (_, Expected::Exactly(expected)) => {
                let expected = expected.as_str();
                let message = format!("the token's token_use is {}; expected \"{expected}\"", shown(claim));
                let hint = match expected {
                    "id" => "Send the ID token, not the access token.",
                    _ => "Send the access token, not the ID token.",
                };
                Err(invalid("InvalidTokenUse", message).with_hint(hint))
            }
            (None, Expected::Unchecked) => {
                let message =
                    format!("the token's token_use is {}; expected \"id\" or \"access\"", shown(claim));
                Err(invalid("InvalidTokenUse", message))
            }
        }
    }

    /// An ID token names its app client in `aud`: one string, or a list that holds it (RFC 7519, section 4.1.3).
    fn check_audience(&self, claims: &Claims) -> Result<()> {
        let Expected::Exactly(client_ids) = &self.client_id else { return Ok(()) };
        let actual = claims.get("aud").ok_or_else(|| missing_claim("aud"))?;
        let is_ours = |value: &Value| client_ids.iter().any(|client_id| value == client_id);
        let accepted = match actual {
            Value::Array(audiences) => audiences.iter().any(is_ours),
            single => is_ours(single),
        };
        if accepted {
            return Ok(());
        }
        let expected = shown_choice(client_ids);
        let message = format!("the token's audience (aud) is {}; expected {expected}", shown(actual));
        Err(invalid("InvalidAudience", message)
            .with_hint("The token is for another app client; compare the client id."))
    }

    /// An access token names its app client in `client_id`. Its `aud`, there with resource binding only, is the
    /// caller's to check.
    fn check_client_id(&self, claims: &Claims) -> Result<()> {
        let Expected::Exactly(client_ids) = &self.client_id else { return Ok(()) };
        let actual = claims.get("client_id").ok_or_else(|| missing_claim("client_id"))?;
        if client_ids.iter().any(|client_id| actual == client_id) {
            return Ok(());
        }
        let expected = shown_choice(client_ids);
        let message = format!("the token's client_id is {}; expected {expected}", shown(actual));
        Err(invalid("InvalidClientId", message)
            .with_hint("The token is for another app client; compare the client id."))
    }

    /// `nbf` <= now < `exp` (RFC 7519, sections 4.1.4 and 4.1.5), each side wider by the leeway. `iat` only has to be
    /// a time: when a token was made says nothing about whether it is valid.
    fn check_times(&self, claims: &Claims, now: SystemTime) -> Result<()> {
        let now = unix_seconds(now);
        let leeway = self.leeway.as_secs_f64();
        let expires = numeric_date(claims, "exp")?.ok_or_else(|| missing_claim("exp"))?;
        let valid_from = numeric_date(claims, "nbf")?;
        numeric_date(claims, "iat")?;

        if now >= expires + leeway {
            let message = format!("the token expired at {}; it is {}", shown_time(expires), shown_time(now));
            return Err(Error::new(ErrorKind::TokenExpired, "TokenExpired", message)
                .with_hint("Get a new token: refresh, or sign in again."));
        }
        match valid_from {
            Some(from) if now + leeway < from => {
                let message =
                    format!("the token is valid from {} on; it is {}", shown_time(from), shown_time(now));
                Err(invalid("TokenNotYetValid", message)
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
        if groups.iter().any(|group| expected.iter().any(|expected| group == expected)) {
            return Ok(());
        }
        let actual = actual.map_or_else(|| "none".to_owned(), shown);
        let expected = shown_choice(expected);
        let message = format!("the groups in the token (cognito:groups) are {actual}; expected {expected}");
        Err(invalid("InvalidGroups", message).with_hint(
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
        let actual = actual.map_or_else(|| "none".to_owned(), shown);
        let expected = shown_choice(expected);
        let message = format!("the scopes in the token (scope) are {actual}; expected {expected}");
        Err(invalid("InvalidScopes", message)
            .with_hint("Ask for the scope when signing in; only access tokens hold scopes."))
    }
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
