//! The tokens of a sign-in: data alone. The operations on them are in `renewal`.

mod authentication_result;
mod device;
mod origin;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::clock::{at_unix_seconds, unix_seconds};
use crate::config::{ClientConfig, ClientValues};
use crate::error::{Error, ErrorKind, Result};
use crate::jwt::{Claims, decode};
use crate::secret::{AccessToken, ClientSecret, IdToken, RefreshToken};
use crate::summary::{Summary, user_pool_id_of};
use crate::text::{is_name, is_token};

pub use device::Device;

pub(crate) use authentication_result::{AuthenticationResult, NewDeviceMetadata};
pub(crate) use device::TrackedDevice;
pub(crate) use origin::{Origin, RefreshOperation};

/// The lifetime of a token if neither it nor the answer states one, in seconds: Cognito's own default.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
const DEFAULT_LIFE: u64 = 3600;

/// The tokens of one sign-in. `Debug` shows the user and the expiry, and never a token.
#[derive(Clone)]
pub struct Tokens {
    id_token: Option<IdToken>,
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    token_type: String,
    expires_in: u64,
    expires_at: i64,
    issued_at: i64,
    /// The time of the answer that they came in; `None` if an earlier process got it.
    received: Option<Instant>,
    // Shared: tokens are copied into every binding, and their origin never changes.
    origin: Arc<Origin>,
}

impl Tokens {
    /// Reads an answer of the service. `server_time` is the service's clock at that moment.
    ///
    /// # Errors
    /// [`ErrorKind::Service`] if a token holds characters that have an effect in a header or at a terminal.
    pub(crate) fn from_result(
        result: AuthenticationResult,
        origin: Origin,
        old: Option<&RefreshToken>,
        server_time: SystemTime,
    ) -> Result<Self> {
        let texts = [Some(&result.access_token), result.id_token.as_ref(), result.refresh_token.as_ref()];
        let token_type = result.token_type.unwrap_or_else(|| "Bearer".to_owned());
        if !texts.into_iter().flatten().all(|text| is_token(text)) || !is_name(&token_type) {
            let message = "the service's answer holds a token with invalid characters";
            return Err(Error::new(ErrorKind::Service, "InvalidResponse", message)
                .with_hint("Check the endpoint: something other than Cognito may be answering."));
        }
        let sent = result.id_token.as_ref().unwrap_or(&result.access_token);
        let claims = decode(sent).map(|token| token.payload).unwrap_or_default();
        let now = unix_seconds(server_time);
        let told = claims.get("exp").and_then(Value::as_i64);
        let expires_in =
            result.expires_in.or_else(|| told.and_then(|at| u64::try_from(at.saturating_sub(now)).ok()));
        let expires_in = expires_in.unwrap_or(DEFAULT_LIFE);
        let access_claims = decode(&result.access_token).map(|token| token.payload).unwrap_or_default();
        let username = canonical_username(&access_claims, &claims).unwrap_or_else(|| origin.username.clone());
        let device = origin.device.or_named(text(&access_claims, "device_key"));
        let is_new =
            result.refresh_token.as_deref().is_some_and(|new| old.is_none_or(|old| old.expose() != new));
        let refresh_token_issued_at = if is_new { Some(now) } else { origin.refresh_token_issued_at };
        Ok(Self {
            expires_at: told.unwrap_or_else(|| now.saturating_add_unsigned(expires_in)),
            expires_in,
            issued_at: now,
            received: Some(Instant::now()),
            id_token: result.id_token.map(IdToken::new),
            access_token: AccessToken::new(result.access_token),
            refresh_token: result.refresh_token.map(RefreshToken::new).or_else(|| old.cloned()),
            token_type,
            origin: Arc::new(Origin { username, device, refresh_token_issued_at, ..origin }),
        })
    }

    /// Restores the tokens of an earlier process. `times` are `expires_in`, `expires_at` and `issued_at`.
    pub(crate) fn restored(
        id_token: Option<IdToken>,
        access_token: AccessToken,
        refresh_token: Option<RefreshToken>,
        token_type: String,
        times: (u64, i64, i64),
        origin: Origin,
    ) -> Self {
        let (expires_in, expires_at, issued_at) = times;
        let origin = Arc::new(origin);
        Self {
            id_token,
            access_token,
            refresh_token,
            token_type,
            expires_in,
            expires_at,
            issued_at,
            received: None,
            origin,
        }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn config(&self) -> &Arc<ClientConfig> {
        &self.origin.config
    }

    /// The time when these tokens came, in seconds since 1970-01-01T00:00:00Z, by the service's clock.
    pub(crate) fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// The service's time now, counted on from the answer that these tokens came in; `None` for restored ones.
    pub(crate) fn server_time(&self) -> Option<i64> {
        let passed = i64::try_from(self.received?.elapsed().as_secs()).unwrap_or(i64::MAX);
        Some(self.issued_at.saturating_add(passed))
    }

    /// The ID token, which says who the user is: the token that Aplos and most services behind Cognito expect.
    pub fn id_token(&self) -> Option<&IdToken> {
        self.id_token.as_ref()
    }

    /// The access token, which says what its bearer may do.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The refresh token, which replaces the password until it expires.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// The device of this sign-in that the pool remembers. `None` if it was not asked for, the pool tracks no devices,
    /// or the device could not be confirmed.
    pub fn device(&self) -> Option<&Device> {
        self.origin.device.remembered()
    }

    /// The type of the tokens: `Bearer`.
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// The lifetime that the tokens were issued with.
    pub fn expires_in(&self) -> Duration {
        Duration::from_secs(self.expires_in)
    }

    /// The time when the token that is sent expires, by the service's clock.
    pub fn expires_at(&self) -> SystemTime {
        at_unix_seconds(self.expires_at)
    }

    /// The same in seconds since 1970-01-01T00:00:00Z.
    pub(crate) fn expires_at_seconds(&self) -> i64 {
        self.expires_at
    }

    /// The claims of the ID token, or of the access token if there is none. They are not verified: see
    /// [`Verifier`](crate::Verifier).
    ///
    /// # Errors
    /// [`ErrorKind::TokenInvalid`] if the token is not a JWT.
    pub fn claims(&self) -> Result<Claims> {
        decode(self.sent()).map(|token| token.payload)
    }

    /// The value of the `Authorization` header: `Bearer` and the ID token, or the access token if there is none.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.sent())
    }

    /// The tokens in the form of the API's documented response: `{"AuthenticationResult": {...}, "ChallengeParameters":
    /// {}}`.
    pub fn to_response(&self) -> Value {
        let mut result = serde_json::Map::new();
        result.insert("AccessToken".to_owned(), json!(self.access_token.expose()));
        result.insert("ExpiresIn".to_owned(), json!(self.expires_in));
        if let Some(token) = &self.id_token {
            result.insert("IdToken".to_owned(), json!(token.expose()));
        }
        if let Some(token) = &self.refresh_token {
            result.insert("RefreshToken".to_owned(), json!(token.expose()));
        }
        result.insert("TokenType".to_owned(), json!(self.token_type));
        json!({"AuthenticationResult": result, "ChallengeParameters": {}})
    }

    /// The summary of these tokens, which may be shown to anyone.
    pub fn summary(&self) -> Summary {
        let claims = self.claims().unwrap_or_default();
        let text = |name: &str| text(&claims, name);
        let username = Some(self.origin.username.clone()).filter(|name| !name.is_empty());
        let issuer = text("iss");
        Summary {
            who: text("email").or_else(|| username.clone()).or_else(|| text("sub")),
            username,
            user_pool_id: issuer.as_deref().and_then(user_pool_id_of),
            issuer,
            client_id: self.origin.config.client_id.clone(),
            expires_at: self.expires_at(),
            refreshable: self.refresh_token.is_some(),
            refresh_token_issued_at: self
                .origin
                .refresh_token_issued_at
                .filter(|_| self.refresh_token.is_some())
                .map(at_unix_seconds),
        }
    }

    /// The name of the profile that the client of the sign-in was of.
    #[doc(hidden)]
    pub fn profile(&self) -> Option<&str> {
        self.config().profile.as_deref()
    }

    /// Returns whether a `.env` file has a part in the client that these tokens belong to.
    #[doc(hidden)]
    pub fn client_is_from_dotenv(&self) -> bool {
        let from_dotenv = self.config().from_dotenv;
        from_dotenv.client || from_dotenv.endpoint
    }

    /// The secret of the client that these tokens belong to.
    #[doc(hidden)]
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        self.config().client_secret.as_ref()
    }

    /// The client that these tokens belong to, without its secret, to open a session for them.
    pub fn client(&self) -> ClientValues {
        let ClientConfig { client_id, user_pool_id, endpoint, timeout, .. } = &**self.config();
        ClientValues {
            client_id: Some(client_id.clone()),
            client_secret: None,
            region: None,
            user_pool_id: user_pool_id.as_ref().map(ToString::to_string),
            endpoint: Some(endpoint.to_string()),
            timeout: Some(*timeout),
        }
    }

    /// Returns whether the tokens are of the app client itself: an access token alone, of no user.
    pub(crate) fn is_of_client(&self) -> bool {
        self.origin.username.is_empty() && self.id_token.is_none()
    }

    pub(crate) fn sent(&self) -> &str {
        self.id_token.as_ref().map_or(self.access_token.expose(), IdToken::expose)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { who, issuer, client_id, expires_at, refreshable, .. } = self.summary();
        formatter
            .debug_struct("Tokens")
            .field("who", &who)
            .field("issuer", &issuer)
            .field("client_id", &client_id)
            .field("expires_at", &expires_at)
            .field("refreshable", &refreshable)
            .finish_non_exhaustive()
    }
}

/// The user's own name, not the alias that was typed: the access token calls it `username`, the ID token
/// `cognito:username`.
fn canonical_username(access_claims: &Claims, id_claims: &Claims) -> Option<String> {
    text(access_claims, "username").or_else(|| text(id_claims, "cognito:username"))
}

fn text(claims: &Claims, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}
