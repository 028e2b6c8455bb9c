//! The client object: everything that the calls of a program share.

mod builder;
mod client;

pub use builder::CognitoBuilder;
pub use client::Cognito;
