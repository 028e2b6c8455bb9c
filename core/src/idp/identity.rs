//! The user who signs in.

use std::collections::BTreeMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::public_parameters::is_public;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{Password, TotpSecret};
use crate::tokens::Device;

/// The greatest number of answers in one sign-in, more than any pool asks for; beyond it, the service loops.
const MOST_ROUNDS: usize = 16;

/// The user who signs in, and the secrets that may answer for them.
#[derive(Clone)]
pub(super) struct SignInIdentity {
    /// The name as typed, replaced by the service's own name once a challenge states it.
    pub(super) username: String,
    /// The name as typed, by which a person knows the sign-in.
    pub(super) typed_username: String,
    pub(super) password: Option<Password>,
    /// `true` for a flow that sends the password itself; in any other, a challenge for it is left to a person.
    pub(super) sends_password: bool,
    /// `false` for a client that only a `.env` file names, which the password must not be sent to.
    pub(super) may_send_password: bool,
    pub(super) totp_secret: Option<TotpSecret>,
    pub(super) remember_device: bool,
    pub(super) device: Option<Device>,
    /// The parameters that the caller adds to the first request. Shared: the identity is copied for each round.
    pub(super) parameters: Arc<BTreeMap<String, Zeroizing<String>>>,
    /// The values for the pool's triggers. Shared as well.
    pub(super) client_metadata: Arc<BTreeMap<String, String>>,
    /// `true` if every secret of this sign-in came from a `.env` file so far.
    pub(super) secrets_from_dotenv: bool,
    /// The number of answers given so far.
    pub(super) rounds: usize,
}

impl SignInIdentity {
    /// The secrets that are hidden in messages of the service.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let password = self.password.as_ref().map(Password::expose);
        let totp_secret = self.totp_secret.as_ref().map(TotpSecret::expose);
        let device = self.device.as_ref().map(|device| device.password().expose());
        let given = self.parameters.iter().filter(|(name, _)| !is_public(name));
        let given = given.map(|(_, value)| value.as_str());
        [password, totp_secret, device].into_iter().flatten().chain(given).collect()
    }

    /// Counts one more answer.
    ///
    /// # Errors
    /// [`ErrorKind::Service`], code `TooManyChallenges`, if there are more answers than any pool asks for.
    pub(super) fn count_answer(&mut self) -> Result<()> {
        self.rounds += 1;
        if self.rounds <= MOST_ROUNDS {
            return Ok(());
        }
        let message = format!("the service set another challenge after {MOST_ROUNDS} answers");
        Err(Error::new(ErrorKind::Service, "TooManyChallenges", message)
            .with_hint("Ask the pool's owner: its custom challenges or triggers may never end."))
    }
}
