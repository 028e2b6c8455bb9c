//! JSON web tokens (RFC 7519) as Cognito signs them: decoding and verification.

mod claims;
mod compact;
mod decode;
mod every_core;
mod integers;
mod jwks;
mod key_cache;
mod key_source;
mod options;
mod policy;
mod signed_token;
mod token_errors;
mod trusted_pools;
mod verifier;

pub use claims::{Claims, TokenUse};
pub use decode::{DecodedJwt, decode};
pub use options::{ClaimsCheck, Expected, VerifierOptions};
pub use token_errors::refused_by_check;
pub use verifier::Verifier;
