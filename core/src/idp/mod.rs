//! The cognito-idp JSON API: signing in with a password, answering challenges, refreshing.

mod account;
mod account_request;
mod account_wire;
mod answer;
mod answer_form;
mod api;
mod app_code;
mod challenge;
mod challenge_kind;
mod device;
mod exchange;
mod explanation;
mod flow;
#[cfg(feature = "doctor")]
mod flow_probe;
mod identity;
mod initiate;
mod kept_challenge;
mod mfa_setup;
mod outcome;
mod parameters;
mod password_verifier;
mod pending_challenges;
mod prepared_sign_in;
mod public_parameters;
#[cfg(feature = "qr")]
mod qr_code;
mod refresh;
mod respond;
mod secret_hash;
mod setup_question;
mod sign_in;
mod sign_in_request;
mod step;
mod totp;
mod totp_setup;
mod wire;

pub use account_request::AccountRequest;
pub use account_wire::CodeDelivery;
pub use answer::Answer;
pub use answer_form::AnswerForm;
pub use challenge::Challenge;
pub use flow::Flow;
pub use pending_challenges::PendingChallenges;
pub use sign_in_request::SignInRequest;
pub use step::Step;
pub use totp_setup::TotpSetup;

pub(crate) use account::{
    change_password, confirm_forgot_password, confirm_sign_up, forgot_password, global_sign_out,
    resend_confirmation_code, revoke,
};
pub(crate) use account_request::Account;
#[cfg(feature = "doctor")]
pub(crate) use flow_probe::{Allowance, check_client, probe_flow};
pub(crate) use prepared_sign_in::SignIn;
pub(crate) use refresh::refresh_tokens;
pub(crate) use respond::respond;
#[cfg(feature = "test-util")]
pub(crate) use secret_hash::secret_hash;
pub(crate) use sign_in::sign_in;
