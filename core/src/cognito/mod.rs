//! The client object: everything that the calls of a program share.

mod client;

pub use client::{Cognito, CognitoBuilder};
