//! What a session starts from.

use std::time::Duration;

use crate::config::{ClientConfig, Environment, Known, present};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::idp::SignInRequest;
use crate::jwt::TokenUse;
use crate::oauth::{ClientCredentialsRequest, words};
use crate::secret::{IdToken, RefreshToken};
use crate::session::identity::{Wanted, hash};

/// What a [`Session`](crate::Session) starts from. Whatever is absent comes from the environment.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// Who signs in, and where. The password is optional: it is wanted only where nothing else answers.
    pub sign_in: SignInRequest,
    /// What to start from where nothing is stored (`COGNITO_REFRESH_TOKEN`).
    pub refresh_token: Option<RefreshToken>,
    /// The one token that this session gives out, for as long as it is good (`COGNITO_ID_TOKEN`). Nothing is asked of
    /// the service then.
    pub id_token: Option<IdToken>,
    /// A session of the app client itself, without a user. Its environment and client values stand in the place of
    /// those of `sign_in`.
    pub client_credentials: Option<ClientCredentialsRequest>,
    /// Where tokens rest: `memory`, `file`, `file:<folder>`, `keyring`, `redis://...` or `rediss://...`
    /// (`COGNITO_STORE`; memory where nothing says otherwise).
    pub store: Option<String>,
    /// Whether the session signs in by itself, with what it was given, where nothing else answers. `true` by default.
    pub may_sign_in: bool,
    /// Which token is sent, and so decides when to refresh.
    pub token_use: TokenUse,
}

impl SessionRequest {
    /// A session that takes everything from the environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            sign_in: SignInRequest::new(environment),
            refresh_token: None,
            id_token: None,
            client_credentials: None,
            store: None,
            may_sign_in: true,
            token_use: TokenUse::Id,
        }
    }

    pub(crate) fn environment(&self) -> &Environment {
        match &self.client_credentials {
            Some(request) => &request.environment,
            None => &self.sign_in.environment,
        }
    }

    /// The token of fixed-token mode. One that is given wins over everything; that of the environment only where no
    /// user is named.
    pub(super) fn fixed_token(&self) -> Option<IdToken> {
        let given = self.id_token.as_ref().filter(|token| !token.expose().trim().is_empty()).cloned();
        if given.is_some() || self.client_credentials.is_some() {
            return given;
        }
        let value = self.sign_in.environment.get("COGNITO_ID_TOKEN");
        value.map(|(token, _)| IdToken::new(token.trim()))
    }

    /// The refresh token to start from.
    pub(super) fn seed(&self) -> Option<RefreshToken> {
        if self.client_credentials.is_some() {
            return None;
        }
        let given = self.refresh_token.as_ref().filter(|token| !token.expose().trim().is_empty()).cloned();
        given.or_else(|| {
            let value = self.sign_in.environment.get("COGNITO_REFRESH_TOKEN");
            value.map(|(token, _)| RefreshToken::new(token.trim()))
        })
    }

    /// The user that is named, as typed.
    pub(super) fn username(&self) -> Option<String> {
        if self.client_credentials.is_some() {
            return None;
        }
        present(self.sign_in.username.clone()).or_else(|| {
            let value = self.sign_in.environment.get("COGNITO_USER_NAME");
            value.map(|(name, _)| name.trim().to_owned())
        })
    }

    /// Whose tokens answer.
    pub(super) fn wanted(&self, config: Option<&ClientConfig>) -> Wanted {
        Wanted {
            user_pool_id: config.and_then(|config| config.user_pool_id.as_ref()).map(ToString::to_string),
            username: self.username(),
            scopes: self.scopes(),
            seed: self.seed().map(|seed| seed_name(&seed)),
        }
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

    /// The client as far as it is known without asking anybody.
    pub(crate) fn known(&self) -> Result<Known> {
        match &self.client_credentials {
            Some(request) => {
                let known = request.client.clone().known(&request.environment, false)?;
                Ok(Known { may_be_discovered: false, ..known })
            }
            None => {
                let client = self.sign_in.client.clone();
                client.known(&self.sign_in.environment, self.arguments_hold_a_secret())
            }
        }
    }

    /// The client, looked up at the service that `APLOS_API_URL` names where it has to be.
    pub(crate) async fn resolve(&self, transport: &Transport, budget: &CallBudget) -> Result<ClientConfig> {
        if let Some(request) = &self.client_credentials {
            let holds = request.client.client_secret.is_some();
            return Ok(request.client.clone().locate_unasked(&request.environment, holds)?.config);
        }
        let holds = self.arguments_hold_a_secret();
        let client = self.sign_in.client.clone();
        client.resolve(&self.sign_in.environment, holds, transport, budget).await
    }

    /// Whether a sign-in needs nothing that only a person knows.
    pub(super) fn can_sign_in(&self) -> bool {
        let has_password =
            self.sign_in.password.as_ref().is_some_and(|password| !password.expose().is_empty())
                || self.sign_in.environment.has("COGNITO_PASSWORD");
        let has_user = has_password || !self.sign_in.flow.needs_password();
        self.may_sign_in && (self.client_credentials.is_some() || (has_user && self.username().is_some()))
    }

    /// Whether a password is all that is missing for the session to sign in by itself: whether it makes sense to ask a
    /// person for one.
    ///
    /// ```
    /// use cognitoken::{Environment, SessionRequest};
    /// let (user, client) = (("COGNITO_USER_NAME", "ada"), ("COGNITO_CLIENT_ID", "1example23456789"));
    /// assert!(SessionRequest::new(Environment::from_pairs([user, client], "")?).lacks_password());
    /// assert!(!SessionRequest::new(Environment::from_pairs([client], "")?).lacks_password());
    /// # Ok::<(), cognitoken::Error>(())
    /// ```
    pub fn lacks_password(&self) -> bool {
        let knows_client =
            || self.known().is_ok_and(|known| known.config.is_some() || known.may_be_discovered);
        self.client_credentials.is_none()
            && self.may_sign_in
            && self.sign_in.flow.needs_password()
            && !self.can_sign_in()
            && self.username().is_some()
            && knows_client()
    }

    pub(crate) fn arguments_hold_a_secret(&self) -> bool {
        self.sign_in.password.is_some()
            || self.sign_in.client.client_secret.is_some()
            || self.refresh_token.is_some()
    }
}

/// What tells one refresh token of the environment from another, without giving either away.
pub(super) fn seed_name(seed: &RefreshToken) -> String {
    hash(&format!("seed\n{}", seed.expose()))
}
