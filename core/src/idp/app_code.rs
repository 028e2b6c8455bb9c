//! Codes of the user's authenticator app, computed from its secret. The service accepts each code once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::parameters::choices_in;
use super::totp::App;
use super::wire::AuthOutput;
use crate::clock::{Clock, ClockOffset, unix_seconds};
use crate::error::{Error, Result, Subject};
use crate::http::CallBudget;
use crate::secret::TotpSecret;
use crate::waits::{WaitingFor, waiting_for};

/// The name of the challenge for a code of an authenticator app, and of the choice of it.
pub(super) const APP_CODE: &str = "SOFTWARE_TOKEN_MFA";

/// Returns whether the authenticator app is among the choices.
pub(super) fn offers_app(output: &AuthOutput) -> bool {
    let listed = output.available_challenges.iter().flatten().cloned();
    choices_in(&output.challenge_parameters).into_iter().chain(listed).any(|choice| choice == APP_CODE)
}

/// The successive codes of one app, by the service's clock.
pub(super) struct AppCodes<'a> {
    app: App,
    clock: &'a Clock,
    offset: ClockOffset,
    /// The time of the current code, in seconds since 1970-01-01T00:00:00Z.
    moment: u64,
    has_waited: bool,
}

impl<'a> AppCodes<'a> {
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config), code `InvalidTotpSecret`.
    pub(super) fn new(secret: &TotpSecret, clock: &'a Clock, offset: ClockOffset) -> Result<Self> {
        let mut codes = Self { app: App::new(secret)?, clock, offset, moment: 0, has_waited: false };
        codes.moment = codes.now();
        Ok(codes)
    }

    pub(super) fn code(&self) -> String {
        self.app.code_at(self.moment)
    }

    /// Waits for the next code if another sign-in of the same user has used this one.
    ///
    /// # Errors
    /// The error itself if another code would not help, or comes too late for the call.
    pub(super) async fn wait_for_next(&mut self, error: Error, budget: &CallBudget) -> Result<()> {
        // A fresh code is reported as expired only if it was used before.
        if error.meaning().subject != Subject::ExpiredCode {
            return Err(self.final_error(error));
        }
        let next = self.app.next_code_after(self.moment);
        let begins = UNIX_EPOCH + Duration::from_secs(next);
        let wait = begins.duration_since(self.server_time()).unwrap_or_default();
        if wait >= budget.remaining() {
            return Err(no_time_for_next_code(error, wait));
        }
        let at = Instant::now() + wait;
        let waiting = waiting_for(|| WaitingFor::NextCode { at });
        tokio::time::sleep_until(at).await;
        drop(waiting);
        self.moment = self.now().max(next);
        self.has_waited = true;
        Ok(())
    }

    fn final_error(&self, error: Error) -> Error {
        match error.meaning().subject {
            // The session expired during the wait: the sign-in starts again, with a code that is still good.
            Subject::Session if self.has_waited => error.with_retryable(true),
            // The code was computed, not typed: its secret is wrong.
            Subject::Code => error.with_hint(
                "The code was made from totp_secret (COGNITO_TOTP_SECRET): check that it is the secret of this user's app.",
            ),
            _ => error,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(unix_seconds(self.server_time())).unwrap_or_default()
    }

    fn server_time(&self) -> SystemTime {
        self.offset.server_time(self.clock.now())
    }
}

fn no_time_for_next_code(error: Error, wait: Duration) -> Error {
    let seconds = wait.as_secs() + 1;
    error
        .with_hint(format!(
            "Another sign-in of this user has used this code, and each is taken once. The next one comes in \
             {seconds} s: raise `timeout` (seconds) to wait for it, or let the jobs share one stored session."
        ))
        .with_retryable(true)
        .with_retry_after(Some(wait))
}
