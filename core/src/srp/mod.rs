//! SRP-6a as Cognito speaks it: proving that one knows a password without sending it.
//!
//! The protocol is RFC 5054's with Cognito's own choices: SHA-256, numbers hashed in the form that
//! [`padding`] describes, a key derived by HKDF, and a signature over the pool, the user, a block that only the service
//! can read, and the time. AWS documents the flow, not the arithmetic:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>.
//!
//! One sign-in:
//! 1. [`EphemeralKey::generate`], whose public half is sent as `SRP_A`;
//! 2. the service answers with a PASSWORD_VERIFIER challenge, which is read into [`ServerValues`];
//! 3. [`EphemeralKey::prove`] gives the signature and the time stamp to answer with.
//!
//! A device that the pool remembers proves itself the same way, with its own password and its own names.

mod device;
mod generator;
mod group;
mod key_derivation;
mod key_exchange;
#[cfg(feature = "test-util")]
pub(crate) mod known_answers;
mod padding;
mod power;
mod square;
#[cfg(test)]
mod tests;
mod timestamp;

pub(crate) use device::DeviceVerifier;
pub(crate) use key_exchange::{EphemeralKey, Identity, ServerValues};
