//! The user who signs in.

use crate::error::{Error, ErrorKind, Result};
use crate::secret::{Password, TotpSecret};
use crate::tokens::Device;

/// More answers than any pool asks for in one sign-in; past it, the service goes round in circles.
const MOST_ROUNDS: usize = 16;

/// The user who signs in, and the secrets that may answer for them.
#[derive(Clone)]
pub(super) struct SignInIdentity {
    /// As typed at first; the service's own name for the user once a challenge has told it.
    pub(super) username: String,
    /// As typed: what a person knows the sign-in by.
    pub(super) typed_username: String,
    pub(super) password: Option<Password>,
    /// `true` for a flow that sends the password itself: in any other, asking for it does not get it.
    pub(super) sends_password: bool,
    /// `false` for a client that only a stranger's file may have named: the password is not sent to it.
    pub(super) may_send_password: bool,
    pub(super) totp_secret: Option<TotpSecret>,
    pub(super) remember_device: bool,
    pub(super) device: Option<Device>,
    /// `true` if every secret of this sign-in came from a `.env` file so far.
    pub(super) secrets_from_dotenv: bool,
    /// The number of answers given so far.
    pub(super) rounds: usize,
}

impl SignInIdentity {
    /// The secrets that must not be shown in the service's words.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let password = self.password.as_ref().map(Password::expose);
        let totp_secret = self.totp_secret.as_ref().map(TotpSecret::expose);
        let device = self.device.as_ref().map(|device| device.password().expose());
        [password, totp_secret, device].into_iter().flatten().collect()
    }

    /// Counts one more answer.
    ///
    /// # Errors
    /// [`ErrorKind::Service`], code `TooManyChallenges`, where there were as many as no pool asks for.
    pub(super) fn count_answer(&mut self) -> Result<()> {
        self.rounds += 1;
        if self.rounds <= MOST_ROUNDS {
            return Ok(());
        }
        let message = format!("the service asks on after {MOST_ROUNDS} answers without giving tokens");
        Err(Error::new(ErrorKind::Service, "TooManyChallenges", message).with_hint(
            "The pool's custom challenges or triggers may go round in circles; its owner can tell.",
        ))
    }
}
