//! Silent first: one sign-in for every program of a user, refreshed by whoever needs it first and shared by all.

mod acquisition;
mod background;
mod bundle;
mod entries;
mod entry;
mod fixed_token;
mod identity;
mod inner;
mod keep;
mod lifetime;
mod operations;
mod request;
mod secret_hosts;
mod sign_out;
mod state;
mod status;
mod store_report;
mod stored_renewal;
mod token_demand;

#[cfg(feature = "test-util")]
pub(crate) use bundle::seal as seal_bundle;
pub use operations::Session;
pub use request::SessionRequest;
pub use sign_out::SignOut;
pub use status::SessionStatus;
pub use store_report::with_stored_client;
pub(crate) use store_report::{StoreReport, StoredSignIn, store_report, stored_client};
