//! The client object, whose methods are the operations.

mod client;

pub use client::{Cognito, CognitoBuilder};
