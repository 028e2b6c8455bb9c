//! A sign-in between its request and its first message: the user is known, then the client, then the flow.

use std::sync::Arc;

use super::flow::Flow;
use super::identity::SignInIdentity;
use super::parameters::pool_of;
use crate::config::{ClientConfig, missing};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Password;

/// A sign-in whose user is known, and whose client is not yet.
pub(crate) struct PreparedSignIn {
    pub(super) identity: SignInIdentity,
    pub(super) password_is_from_dotenv: bool,
    pub(super) flow: Flow,
    pub(super) preferred_challenge: Option<String>,
}

impl PreparedSignIn {
    /// Returns the sign-in at this client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the flow needs more than is known, or would send the password to a client that may be a
    /// stranger's.
    pub(crate) fn at(self, config: ClientConfig) -> Result<SignIn> {
        let Self { mut identity, password_is_from_dotenv, flow: requested_flow, preferred_challenge } = self;
        let knows_pool = config.user_pool_id.is_some();
        let flow = requested_flow.taken(knows_pool);
        let by_default = match (flow, &identity.password) {
            (Flow::UserAuth, Some(_)) => Some(if knows_pool { "PASSWORD_SRP" } else { "PASSWORD" }),
            _ => None,
        };
        // Whoever chooses the flow or the challenge agrees that the password is sent.
        let is_asked_for = requested_flow == Flow::Password || preferred_challenge.is_some();
        let preferred_challenge = preferred_challenge.or(by_default.map(str::to_owned));
        let preferred = preferred_challenge.as_deref().filter(|_| flow == Flow::UserAuth);
        if identity.password.is_none() && matches!(preferred, Some("PASSWORD" | "PASSWORD_SRP")) {
            return Err(missing("password", "COGNITO_PASSWORD"));
        }
        if flow == Flow::Srp || preferred == Some("PASSWORD_SRP") {
            pool_of(&config)?;
        }
        let sends_password = flow == Flow::Password || preferred == Some("PASSWORD");
        let is_trusted = !config.from_dotenv.client || password_is_from_dotenv;
        if sends_password && !is_trusted && !is_asked_for {
            return Err(untrusted_client(&config));
        }
        identity.sends_password = sends_password;
        identity.may_send_password = is_trusted || (sends_password && is_asked_for);
        Ok(SignIn { config: Arc::new(config), identity, flow, preferred_challenge })
    }
}

/// A sign-in with nothing missing.
pub(crate) struct SignIn {
    pub(super) config: Arc<ClientConfig>,
    pub(super) identity: SignInIdentity,
    pub(super) flow: Flow,
    pub(super) preferred_challenge: Option<String>,
}

impl SignIn {
    /// Returns the password that the user signs in with.
    pub(crate) fn password(&self) -> Result<Password> {
        self.identity.password.clone().ok_or_else(|| missing("password", "COGNITO_PASSWORD"))
    }
}

/// The error for a password that would be sent to a client which only a `.env` file names: the file may be a
/// stranger's, and the owner of the client's pool could read the password.
fn untrusted_client(config: &ClientConfig) -> Error {
    let message = format!(
        "the password would be sent to the app client {}, which only .env names, and the password does not come from .env",
        config.client_id
    );
    Error::new(ErrorKind::Config, "UntrustedClient", message).with_hint(
        "If you trust the .env file: give `client_id` (and region and pool id, where it names them) as arguments or in \
         the environment, set COGNITO_USER_POOL_ID so that SRP proves the password without sending it, or choose the \
         flow \"password\" yourself.",
    )
}
