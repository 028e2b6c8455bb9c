//! Secrets of one sign-in.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::secret::secrets;

secrets! {
    /// The code that the sign-in page sends the browser back with: valid once, for minutes.
    AuthorizationCode;
    /// The proof that whoever redeems an authorization code also asked for it (PKCE, RFC 7636).
    CodeVerifier;
}
