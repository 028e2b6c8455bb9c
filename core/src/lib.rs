//! Amazon Cognito tokens: sign in, look at a token, verify that it is genuine, refresh it.
//!
//! ```no_run
//! use cognitoken::{Environment, SignInRequest, Transport, sign_in};
//!
//! # async fn example() -> cognitoken::Result<()> {
//! let transport = Transport::new();
//! // Everything from COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, ... or a `.env` file.
//! let tokens = sign_in(&transport, SignInRequest::new(Environment::read()?)).await?;
//! let fresh = tokens.refresh(&transport).await?;
//! send_with_every_request(&fresh.authorization());
//! # Ok(())
//! # }
//! # fn send_with_every_request(_header: &str) {}
//! ```
//!
//! Every function that talks to the service is a future for the tokio runtime; the time limit of a call (30 s unless
//! said otherwise) holds for all of it, retries included.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod clock;
mod config;
mod doctor;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod idp;
mod jwt;
#[doc(hidden)]
pub mod known_answers;
mod notices;
mod oauth;
mod per_process;
mod random;
mod secret;
mod session;
mod srp;
mod store;
mod summary;
mod text;
mod tokens;
mod verdict;

pub use clock::Clock;
pub use config::{
    ClientAuthentication, ClientValues, Environment, Region, UserPoolId, leeway_from_seconds,
    timeout_from_seconds,
};
pub use doctor::{Check, CheckState, doctor};
pub use error::{Error, ErrorKind, Result};
pub use http::{LONGEST_ANSWER, Transport};
pub use idp::{
    AccountRequest, Answer, Challenge, CodeDelivery, Flow, RefreshRequest, SignInRequest, Step, TotpSetup,
    confirm_forgot_password, confirm_sign_up, forgot_password, refresh, resend_confirmation_code,
    revoke_refresh_token, sign_in, sign_in_and_change_password,
};
pub use jwt::{
    Claims, ClaimsCheck, DecodedJwt, Expected, TokenUse, Verifier, VerifierOptions, decode, refused_by_check,
};
pub use oauth::{
    ClientCredentialsRequest, LogoutRequest, PastedRedirects, SsoAttempt, SsoRequest, client_credentials,
    likely_remote, logout_url, open_browser, start_sso,
};
#[doc(hidden)]
pub use per_process::{PerProcess, Process, after_fork};
pub use secret::{AccessToken, ClientSecret, IdToken, Password, RefreshToken, TotpSecret};
pub use session::{Session, SessionRequest, SessionStatus, SignOut, with_stored_client};
pub use store::{PendingChallenges, StoreFuture, StoreLock, TokenStore, Written, cache_folder};
pub use summary::Summary;
#[doc(hidden)]
pub use text::{printable, printable_json};
pub use tokens::{Device, Tokens};
