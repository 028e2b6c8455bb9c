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
//! Functions that send requests are futures for the tokio runtime. The time limit of a call (30 s by default) includes its
//! retries.
//!
//! # Features
//!
//! None is enabled by default: the crate signs in, refreshes and verifies, and stores tokens in memory or in files.
//!
//! | feature | adds |
//! |---|---|
//! | `sso` | signing in on the pool's own page, in a browser |
//! | `keyring` | the OS keyring for the key that stored tokens are sealed with |
//! | `redis` | the store on a redis server |
//! | `qr` | the secret of an authenticator app as a QR code |
//! | `doctor` | a diagnosis of the set-up |
//!
//! # Logging
//!
//! The crate describes what it does in spans and events of [`tracing`](https://docs.rs/tracing). It installs no subscriber:
//! a program that wants to see them brings one, such as `tracing-subscriber`, with a filter like
//! `cognitoken=debug,cognitoken::store=trace`. Without a subscriber nothing is formatted.
//!
//! | target | events |
//! |---|---|
//! | `cognitoken::http` | each request: operation, host, attempt, proxy, status, request id, milliseconds, clock offset in seconds; why it is tried again, or not; the certificates |
//! | `cognitoken::sign_in` | the flow, the names of the challenges, the outcome |
//! | `cognitoken::renewal` | the outcome of a refresh, and one that several calls shared |
//! | `cognitoken::oauth` | tokens of the app client itself |
//! | `cognitoken::sso` | the steps of a sign-in on the pool's page |
//! | `cognitoken::identity_pool` | AWS credentials that were issued, or used again |
//! | `cognitoken::session` | the demand that made a session ask its store or the service, the seconds that its tokens had left, the outcome of a sign-out |
//! | `cognitoken::store` | a store that is opened; entries that are read and written, by name; waits for locks |
//! | `cognitoken::verifier` | fetches of a key set, with the reason |
//! | `cognitoken::discovery` | the app client that was discovered |
//! | `cognitoken::notices` | the sentences that `take_notices` returns |
//!
//! Notices are `WARN`, the outcomes of sign-in, refresh and sign-out `INFO`, requests and decisions `DEBUG`, details
//! `TRACE`. No password, token, code, key or client secret is in any of them, no client metadata, and neither the
//! user name nor the password of a proxy.
//! Host names, paths of stores, client ids and pool ids are. Decoding, verifying with known keys and [`Session::fresh`] log
//! nothing.

#![forbid(unsafe_code)]
// The doctor looks into every room. A condition at each of the places that it alone looks at would be noise; with every
// feature, as the lints run, unused code is found.
#![cfg_attr(not(feature = "doctor"), allow(dead_code, unused_imports))]
// docs.rs builds with nightly, and marks what a feature adds.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
#[doc(hidden)]
pub mod binding;
mod cache;
mod clock;
mod cognito;
mod config;
mod digest;
mod discovery;
#[cfg(feature = "doctor")]
mod doctor;
mod error;
#[cfg(feature = "test-util")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod identity_pool;
mod idp;
mod jwt;
#[cfg(feature = "test-util")]
#[doc(hidden)]
pub mod known_answers;
mod notices;
mod oauth;
mod per_process;
mod private_folder;
mod profiles;
mod random;
mod renewal;
mod secret;
mod session;
mod srp;
mod store;
mod summary;
mod text;
mod tokens;
mod user_folders;
mod verdict;
mod waits;

pub use clock::Clock;
pub use cognito::{Cognito, CognitoBuilder};
pub use config::{
    ClientAuthentication, ClientValues, DEFAULT_PROFILE, Environment, Profile, Profiles, Region, UserPoolId,
    leeway_from_seconds, timeout_from_seconds,
};
#[cfg(feature = "doctor")]
pub use doctor::{Check, CheckState};
pub use error::{Error, ErrorKind, Result};
pub use http::LONGEST_ANSWER;
pub use identity_pool::{AwsCredentials, AwsCredentialsRequest};
pub use idp::{
    AccountRequest, Answer, AnswerForm, Challenge, CodeDelivery, Flow, PendingChallenges, SignInRequest,
    Step, TotpSetup,
};
pub use jwt::{
    Claims, ClaimsCheck, DecodedJwt, Expected, TokenUse, Verifier, VerifierOptions, decode, refused_by_check,
};
pub use oauth::ClientCredentialsRequest;
#[cfg(feature = "sso")]
pub use oauth::{
    LogoutRequest, PasteHandle, SsoAttempt, SsoRequest, likely_remote, logout_url, open_browser,
};
pub use profiles::{forget_profile, keep_profile};
pub use renewal::RefreshRequest;
pub use secret::{
    AccessToken, AwsSessionToken, ClientSecret, IdToken, Password, RefreshToken, SecretAccessKey, TotpSecret,
};
/// JSON, as in the claims of a token and in a JWKS document.
pub use serde_json::{Map, Value};
pub use session::{Session, SessionRequest, SessionStatus, SignOut, with_stored_client};
pub use store::{StoreFuture, StoreLock, TokenStore, Written};
pub use summary::Summary;
pub use tokens::{Device, Tokens};
/// An address, as of the page that a person signs in on.
pub use url::Url;
/// Bytes that are overwritten when they are dropped: the values of a [`TokenStore`].
pub use zeroize::Zeroizing;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
