//! The cognito-idp JSON API: signing in with a password, answering what the service asks, refreshing.

mod account;
mod answer;
mod api;
mod challenge;
mod device;
mod exchange;
mod explanation;
mod flow_probe;
mod kept_challenge;
mod mfa_setup;
mod password_verifier;
mod refresh;
mod refreshes;
mod secret_hash;
mod service_error;
mod sign_in;
mod totp;
mod wire;

pub use account::{
    AccountRequest, CodeDelivery, confirm_forgot_password, confirm_sign_up, forgot_password,
    resend_confirmation_code,
};
pub use answer::Answer;
pub use challenge::{Challenge, Step};
pub use mfa_setup::TotpSetup;
pub use refresh::{RefreshRequest, refresh, revoke_refresh_token};
pub use sign_in::{Flow, SignInRequest, sign_in, sign_in_and_change_password};

pub(crate) use account::{change_password, global_sign_out, revoke};
pub(crate) use flow_probe::{Allowance, probe_flow};
pub(crate) use kept_challenge::KeptChallenge;
pub(crate) use refresh::refresh_tokens;
pub(crate) use refreshes::{Caller, Refreshes};
pub(crate) use secret_hash::secret_hash;
pub(crate) use sign_in::sign_in_within;
