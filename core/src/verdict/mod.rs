//! The meaning of a refusal: decided here, once, and carried by the [`Error`].
//!
//! [`Error`]: crate::Error

mod judge;
mod refusal;
mod table;
#[cfg(test)]
mod tests;

#[cfg(feature = "sso")]
pub(crate) use judge::known_at_sign_in_page;
pub(crate) use judge::{CODE_MISMATCH, FORBIDDEN, code_mismatch, judge};
pub(crate) use refusal::{Form, Refusal, RequestKind};
