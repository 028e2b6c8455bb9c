//! The request to open a session.

use std::time::Duration;

use crate::config::{ClientConfig, ClientValues, Environment, GatheredClient, SecretsInUse, Values, present};
use crate::discovery;
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::idp::SignInRequest;
use crate::jwt::TokenUse;
use crate::oauth::{ClientCredentialsRequest, words};
use crate::secret::{IdToken, RefreshToken};
use crate::session::identity::{Wanted, hash};
use crate::store::load_client_secret;

/// The values that a [`Session`](crate::Session) starts from. Absent values come from the environment.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// The user and the app client. The password is optional: it is used only if no token is stored and none can be
    /// refreshed. Its client metadata goes with the refreshes of stored tokens too.
    pub sign_in: SignInRequest,
    /// The refresh token to start from if nothing is stored (`COGNITO_REFRESH_TOKEN`).
    pub refresh_token: Option<RefreshToken>,
    /// The key of the device that this refresh token belongs to, where the pool remembers devices and `sign_in` holds
    /// no whole device (`COGNITO_DEVICE_KEY`).
    pub device_key: Option<String>,
    /// The one token that this session returns for as long as it is good (`COGNITO_ID_TOKEN`). Nothing is sent to the
    /// service then.
    pub id_token: Option<IdToken>,
    /// The request of a session of the app client itself, without a user. Its environment and client values replace
    /// those of `sign_in`.
    pub client_credentials: Option<ClientCredentialsRequest>,
    /// The store for the tokens: `memory`, `file`, `file:<folder>`, `keyring`, `redis://...`, or another form of the
    /// address of a redis server, cluster or socket (`COGNITO_STORE`; memory by default).
    pub store: Option<String>,
    /// The store if neither [`store`](Self::store) nor `COGNITO_STORE` names one; memory if absent.
    pub default_store: Option<String>,
    /// `true` (the default) if the session signs in by itself when no token is stored and none can be refreshed.
    pub may_sign_in: bool,
    /// `true` if the session is for tokens that it does not get by itself: those of a sign-in page, or of an answer
    /// that a person types. A `.env` file alone cannot name the store of such tokens.
    pub keeps_tokens_from_elsewhere: bool,
    /// The token that is sent, whose expiry decides when to refresh.
    pub token_use: TokenUse,
}

impl SessionRequest {
    /// Creates a request whose values all come from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            sign_in: SignInRequest::new(environment),
            refresh_token: None,
            device_key: None,
            id_token: None,
            client_credentials: None,
            store: None,
            default_store: None,
            may_sign_in: true,
            keeps_tokens_from_elsewhere: false,
            token_use: TokenUse::Id,
        }
    }

    /// Sets the request to sign in, whose environment is that of the session too.
    #[must_use]
    pub fn with_sign_in(mut self, sign_in: SignInRequest) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// Sets the refresh token to start from where nothing is stored.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<RefreshToken>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// Sets the key of the device that the refresh token belongs to.
    #[must_use]
    pub fn with_device_key(mut self, device_key: impl Into<String>) -> Self {
        self.device_key = Some(device_key.into());
        self
    }

    /// Sets the one token that this session returns.
    #[must_use]
    pub fn with_id_token(mut self, id_token: impl Into<IdToken>) -> Self {
        self.id_token = Some(id_token.into());
        self
    }

    /// Makes it a session of the app client itself.
    #[must_use]
    pub fn with_client_credentials(mut self, request: ClientCredentialsRequest) -> Self {
        self.client_credentials = Some(request);
        self
    }

    /// Sets the store: `memory`, `file`, `file:<folder>`, `redis://<host>`, ...
    #[must_use]
    pub fn with_store(mut self, store: impl Into<String>) -> Self {
        self.store = Some(store.into());
        self
    }

    /// Sets the store that is used where neither the request nor `COGNITO_STORE` names one.
    #[must_use]
    pub fn with_default_store(mut self, store: impl Into<String>) -> Self {
        self.default_store = Some(store.into());
        self
    }

    /// Sets whether the session signs in by itself.
    #[must_use]
    pub fn with_may_sign_in(mut self, may_sign_in: bool) -> Self {
        self.may_sign_in = may_sign_in;
        self
    }

    /// Sets whether the session is for tokens from a sign-in page or a typed answer.
    #[must_use]
    pub fn with_keeps_tokens_from_elsewhere(mut self, keeps_tokens_from_elsewhere: bool) -> Self {
        self.keeps_tokens_from_elsewhere = keeps_tokens_from_elsewhere;
        self
    }

    /// Sets which token is sent, and so decides when to refresh.
    #[must_use]
    pub fn with_token_use(mut self, token_use: TokenUse) -> Self {
        self.token_use = token_use;
        self
    }

    /// The environment of this session's client.
    pub(crate) fn environment(&self) -> Environment {
        match &self.client_credentials {
            Some(request) => request.client.narrowed(&request.environment),
            None => self.sign_in.client.narrowed(&self.sign_in.environment),
        }
    }

    /// The values that count for this session, decided once when it is opened.
    pub(crate) fn values(&self) -> Values {
        self.values_where(false)
    }

    /// The same where the caller brings the store, which may hold a sign-in of the user's own.
    pub(super) fn values_for_own_store(&self) -> Values {
        self.values_where(true)
    }

    fn values_where(&self, store_is_own: bool) -> Values {
        let environment = &self.environment();
        if let Some(request) = &self.client_credentials {
            let used = [("COGNITO_CLIENT_SECRET", request.client.has_secret())];
            let secrets = SecretsInUse::of(environment, &used);
            return Values::new(environment, secrets.and_elsewhere(self.keeps_tokens_from_elsewhere));
        }
        let seed_is_given =
            self.refresh_token.as_ref().is_some_and(|token| !token.expose().trim().is_empty());
        let seed = SecretsInUse::of(environment, &[("COGNITO_REFRESH_TOKEN", seed_is_given)]);
        let secrets = self.sign_in.secrets_in_use().and(seed).and_elsewhere(self.keeps_tokens_from_elsewhere);
        let client = &self.sign_in.client;
        let arguments = [
            &self.sign_in.username,
            &client.client_id,
            &client.region,
            &client.user_pool_id,
            &client.endpoint,
            &self.store,
            // A store that was there before may hold a sign-in of the user's own.
            &self.default_store.clone().filter(|_| environment.source("COGNITO_STORE").is_none()),
        ];
        let is_told =
            store_is_own || arguments.into_iter().any(|argument| present(argument.clone()).is_some());
        Values::for_what_is_believed(environment, secrets, is_told)
    }

    /// The token of fixed-token mode. A given one takes precedence over everything else.
    pub(super) fn fixed_token(&self, values: &Values) -> Option<IdToken> {
        let given = self.id_token.as_ref().map(|token| IdToken::new(token.expose().trim()));
        let given = given.filter(|token| !token.expose().is_empty());
        if given.is_some() || self.client_credentials.is_some() {
            return given;
        }
        values.trimmed("COGNITO_ID_TOKEN").map(IdToken::new)
    }

    /// The refresh token to start from.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if the file that names it cannot be read.
    pub(super) fn seed(&self, values: &Values) -> Result<Option<RefreshToken>> {
        if self.client_credentials.is_some() {
            return Ok(None);
        }
        values.refresh_token(self.refresh_token.as_ref())
    }

    /// The given user name, as typed.
    pub(super) fn username(&self, values: &Values) -> Option<String> {
        if self.client_credentials.is_some() {
            return None;
        }
        values.username(self.sign_in.username.clone())
    }

    pub(super) fn client(&self) -> &ClientValues {
        self.client_credentials.as_ref().map_or(&self.sign_in.client, |request| &request.client)
    }

    /// The identity that the session is for.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for values that are malformed.
    pub(super) fn wanted(&self, values: &Values) -> Result<Wanted> {
        let of_client = self.client_credentials.as_ref();
        Ok(Wanted {
            client: self.client().clone().gather(values)?.into(),
            username: self.username(values),
            scopes: self.scopes(),
            parameters: of_client.map(|request| request.parameters.clone()).unwrap_or_default(),
            client_metadata: of_client.map(|request| request.client_metadata.clone()).unwrap_or_default(),
            seed: self.seed(values)?.map(|seed| seed_name(&seed)),
        })
    }

    /// The scopes of a session of the client itself, sorted.
    pub(super) fn scopes(&self) -> Option<Vec<String>> {
        self.client_credentials.as_ref().map(|request| {
            let mut scopes = words(request.scopes.clone().unwrap_or_default());
            scopes.sort_unstable();
            scopes.dedup();
            scopes
        })
    }

    /// The limit of one call.
    pub(crate) fn timeout(&self) -> Duration {
        match &self.client_credentials {
            Some(request) => request.client.timeout(),
            None => self.sign_in.client.timeout(),
        }
    }

    /// The client as far as it is known without a request.
    pub(crate) fn known(&self, values: &Values) -> Result<GatheredClient> {
        match &self.client_credentials {
            Some(request) => request.client.clone().gather(values),
            None => discovery::gather(self.sign_in.client.clone(), values),
        }
    }

    /// The client, looked up by discovery if necessary.
    pub(crate) async fn resolve(
        &self,
        values: &Values,
        transport: &Transport,
        budget: &CallBudget,
    ) -> Result<ClientConfig> {
        match &self.client_credentials {
            Some(request) => {
                load_client_secret(values).await?;
                Ok(request.client.clone().gather(values)?.check()?.config)
            }
            None => discovery::resolve(self.sign_in.client.clone(), values, transport, budget).await,
        }
    }

    /// Returns whether all values of a sign-in are at hand.
    pub(super) fn can_sign_in(&self, values: &Values) -> bool {
        // A password file that cannot be read is no absent password: the sign-in says what is wrong with it.
        let has_password = !matches!(values.password(self.sign_in.password.clone()), Ok(None));
        let has_user = has_password || !self.sign_in.flow.needs_password();
        self.may_sign_in
            && (self.client_credentials.is_some() || (has_user && self.username(values).is_some()))
    }

    /// Returns whether the password alone is missing for the session to sign in by itself, so that a person can be
    /// asked for it.
    ///
    /// ```
    /// use cognitoken::{Environment, SessionRequest};
    /// let (user, client) = (("COGNITO_USER_NAME", "ada"), ("COGNITO_CLIENT_ID", "1example23456789"));
    /// assert!(SessionRequest::new(Environment::from_pairs([user, client], "")?).lacks_password());
    /// assert!(!SessionRequest::new(Environment::from_pairs([client], "")?).lacks_password());
    /// # Ok::<(), cognitoken::Error>(())
    /// ```
    pub fn lacks_password(&self) -> bool {
        let values = self.values();
        let knows_client = || {
            self.known(&values)
                .is_ok_and(|known| known.names_client() || known.discovery_variable().is_some())
        };
        self.client_credentials.is_none()
            && self.may_sign_in
            && self.sign_in.flow.needs_password()
            && !self.can_sign_in(&values)
            && self.username(&values).is_some()
            && knows_client()
    }
}

/// A hash that identifies a refresh token of the environment.
pub(super) fn seed_name(seed: &RefreshToken) -> String {
    hash(&format!("seed\n{}", seed.expose()))
}
