//! Sessions: one sign-in for all programs of a user, refreshed by the first that needs it and shared by all.

mod acquisition;
mod attempt;
mod aws_credentials;
mod background;
mod bundle;
mod call;
mod fixed_token;
mod fresh_start;
mod identity;
mod inner;
mod keep;
mod known_values;
mod lifetime;
mod next_step;
mod operations;
mod repository;
mod request;
mod secret_hosts;
mod several_identities;
mod sign_out;
mod state;
mod status;
mod store_report;
mod stored_operations;
mod stored_renewal;
mod stored_sign_in;
mod token_demand;

#[cfg(feature = "test-util")]
pub(crate) use bundle::seal as seal_bundle;
pub use operations::Session;
pub use request::SessionRequest;
pub use sign_out::SignOut;
pub use status::SessionStatus;
pub use store_report::with_stored_client;
pub(crate) use store_report::{SignInReport, StoreReport, store_report, stored_client};
