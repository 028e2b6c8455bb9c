//! JSON web tokens (RFC 7519) as Cognito signs them: look at one, and verify that it is genuine and for us.

mod claims;
mod decode;
mod integers;
mod jwks;
mod key_cache;
mod key_source;
mod many;
mod refusal;
mod signed_token;
mod verifier;

pub use claims::{Expected, TokenUse};
pub use decode::{DecodedJwt, decode};
pub use verifier::{Verifier, VerifierOptions};

/// What a token says: its header or payload, in the token's own order.
pub type Claims = serde_json::Map<String, serde_json::Value>;
