//! The meaning of a refusal: decided here, once, and carried by the [`Error`].
//!
//! [`Error`]: crate::Error

mod judge;
mod refusal;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use judge::{CODE_MISMATCH, FORBIDDEN, code_mismatch, judge, known_at_sign_in_page};
pub(crate) use refusal::{Form, Refusal, RequestKind};
