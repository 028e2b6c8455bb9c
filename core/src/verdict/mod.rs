//! The judge of what Cognito says: what a refusal means is decided here, once, and travels with the [`Error`].
//!
//! [`Error`]: crate::Error

mod asked;
mod judge;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use asked::{Asked, Form, Said};
#[cfg(feature = "sso")]
pub(crate) use judge::known_at_sign_in_page;
pub(crate) use judge::{CODE_MISMATCH, FORBIDDEN, code_mismatch, judge};
