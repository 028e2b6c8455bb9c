//! The part of a sign-in that may be shown to anyone: the user, the pool, the time until it expires.

use std::time::SystemTime;

use serde_json::Value;

use crate::clock::{at_unix_seconds, unix_seconds};
use crate::config::UserPoolId;
use crate::error::Result;
use crate::jwt::decode;

/// The part of [`Tokens`](crate::Tokens) that may be shown to anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The user: the e-mail address if the ID token has one, else the user name, else the subject.
    pub who: Option<String>,
    /// The user name in the pool.
    pub username: Option<String>,
    /// The URL of the issuer.
    pub issuer: Option<String>,
    /// The user pool's id, if the issuer's URL ends in one.
    pub user_pool_id: Option<String>,
    /// The app client's id.
    pub client_id: String,
    /// The time when the token that is sent expires, by the service's clock.
    pub expires_at: SystemTime,
    /// `true` if there is a refresh token.
    pub refreshable: bool,
    /// The time when the refresh token was issued, by the service's clock; `None` if it is not known, or there is none.
    /// A pool lets a refresh token live for 30 days unless its app client says otherwise, and does not tell.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html>
    pub refresh_token_issued_at: Option<SystemTime>,
}

impl Summary {
    /// Returns the time until the token expires in words: `expires in 59 min`, `expired 2 h ago`.
    pub fn expiry(&self, now: SystemTime) -> String {
        expiry(self.expires_at, now)
    }

    /// Returns the summary of an ID token alone.
    pub(crate) fn of_token(token: &str) -> Result<Self> {
        let claims = decode(token)?.payload;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let username = text("cognito:username");
        let issuer = text("iss");
        Ok(Self {
            who: text("email").or_else(|| username.clone()).or_else(|| text("sub")),
            username,
            user_pool_id: issuer.as_deref().and_then(user_pool_id_of),
            issuer,
            client_id: text("aud").unwrap_or_default(),
            expires_at: at_unix_seconds(claims.get("exp").and_then(Value::as_i64).unwrap_or_default()),
            refreshable: false,
            refresh_token_issued_at: None,
        })
    }
}

/// Returns the id of the user pool in the URL of its issuer: `https://<host>/<user pool id>`. Any other issuer is no pool.
pub(crate) fn user_pool_id_of(issuer: &str) -> Option<String> {
    let (_, last) = issuer.rsplit_once('/')?;
    UserPoolId::parse(last).ok().map(|id| id.to_string())
}

/// Returns the time since a moment in words: `2 h ago`.
pub fn age(moment: SystemTime, now: SystemTime) -> String {
    let passed = unix_seconds(now).saturating_sub(unix_seconds(moment));
    format!("{} ago", in_words(u64::try_from(passed).unwrap_or_default()))
}

/// Returns the time until a token expires in words.
pub fn expiry(expires_at: SystemTime, now: SystemTime) -> String {
    let left = unix_seconds(expires_at).saturating_sub(unix_seconds(now));
    let length = in_words(left.unsigned_abs());
    if left > 0 { format!("expires in {length}") } else { format!("expired {length} ago") }
}

/// Seconds in the largest unit that leaves at least one of it; what is over is cut off, never rounded up.
fn in_words(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min", seconds / 60),
        3600..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn only_an_issuer_that_ends_in_the_id_of_a_pool_is_one_of_a_pool() {
        for (issuer, expected) in [
            ("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI", Some("us-east-1_AbCdEfGhI")),
            ("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Jk", Some("eu-west-1_Jk")),
            ("https://issuer.example/oauth", None),
            ("https://issuer.example", None),
            ("issuer", None),
        ] {
            assert_eq!(user_pool_id_of(issuer).as_deref(), expected, "{issuer}");
        }
    }

    #[test]
    fn the_time_left_is_never_overstated() {
        let summary = Summary {
            who: None,
            username: None,
            issuer: None,
            user_pool_id: None,
            client_id: "client".to_owned(),
            expires_at: at_unix_seconds(1_000_000),
            refreshable: false,
            refresh_token_issued_at: None,
        };
        for (now, expected) in [
            (1_000_000 - 3_599, "expires in 59 min"),
            (1_000_000 - 1, "expires in 1 s"),
            (1_000_000, "expired 0 s ago"),
            (1_000_000 - 86_400, "expires in 24 h"),
            (1_000_000 - 200_000, "expires in 2 days"),
            (1_000_000 + 7_200, "expired 2 h ago"),
        ] {
            assert_eq!(summary.expiry(UNIX_EPOCH + Duration::from_secs(now)), expected);
        }
    }
}
