//! Amazon Cognito tokens: sign in, look at a token, verify that it is genuine, refresh it.
//!
//! ```no_run
//! use cognitoken::{Cognito, Environment, SignInRequest};
//!
//! # async fn example() -> cognitoken::Result<()> {
//! let cognito = Cognito::new();
//! // Everything from COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, ... or a `.env` file.
//! let tokens = cognito.sign_in(SignInRequest::new(Environment::read()?)).await?.or_error()?;
//! let fresh = cognito.refresh_tokens(&tokens).await?;
//! send_with_every_request(&fresh.authorization());
//! # Ok(())
//! # }
//! # fn send_with_every_request(_header: &str) {}
//! ```
//!
//! Functions that send requests are futures for the tokio runtime. The time limit of a call (30 s by default) includes
//! its retries.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod clock;
mod cognito;
mod config;
mod digest;
mod discovery;
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
mod renewal;
mod secret;
mod session;
mod srp;
mod store;
mod summary;
mod text;
mod tokens;
mod verdict;

pub use clock::Clock;
pub use cognito::{Cognito, CognitoBuilder};
pub use config::{
    ClientAuthentication, ClientValues, Environment, Region, UserPoolId, leeway_from_seconds,
    timeout_from_seconds,
};
pub use doctor::{Check, CheckState};
pub use error::{Error, ErrorKind, Result};
pub use http::LONGEST_ANSWER;
pub use idp::{
    AccountRequest, Answer, Challenge, CodeDelivery, Flow, PendingChallenges, SignInRequest, Step, TotpSetup,
};
pub use jwt::{
    Claims, ClaimsCheck, DecodedJwt, Expected, TokenUse, Verifier, VerifierOptions, decode, refused_by_check,
};
pub use oauth::ClientCredentialsRequest;
#[cfg(feature = "sso")]
pub use oauth::{
    LogoutRequest, PasteHandle, SsoAttempt, SsoRequest, likely_remote, logout_url, open_browser,
};
#[doc(hidden)]
pub use per_process::{PerProcess, Process, after_fork};
pub use renewal::RefreshRequest;
pub use secret::{AccessToken, ClientSecret, IdToken, Password, RefreshToken, TotpSecret};
pub use session::{Session, SessionRequest, SessionStatus, SignOut, with_stored_client};
pub use store::{StoreFuture, StoreLock, TokenStore, Written};
pub use summary::Summary;
#[doc(hidden)]
pub use text::{escape_html, printable, printable_json};
pub use tokens::{Device, Tokens};
/// Bytes that are overwritten when they are dropped: the values of a [`TokenStore`].
pub use zeroize::Zeroizing;
