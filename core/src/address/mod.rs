//! Addresses: what may be shown of them, and which ones a request may be sent to.

mod authority;
mod credentials;
mod service_url;

pub(crate) use authority::{host_of, is_host_with_port, split_scheme};
pub(crate) use credentials::{PERCENT_ENCODE, check_readable, decoded, shown};
#[cfg(feature = "sso")]
pub(crate) use service_url::parse_page_url;
pub(crate) use service_url::{is_loopback, parse_service_url};
