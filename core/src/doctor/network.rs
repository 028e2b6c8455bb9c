//! Checks of the network settings: proxies and certificates.

use url::Url;

use super::{Check, CheckState};
use crate::http::{Certificates, Proxies, Route};

const GROUP: &str = "network";

pub(super) fn check(endpoint: Option<&Url>) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(endpoint.map(proxy));
    checks.push(certificates());
    checks
}

/// Applies the rules by which requests choose their proxy.
fn proxy(endpoint: &Url) -> Check {
    const NAME: &str = "proxy";
    let host = endpoint.host_str().unwrap_or_default();
    match Proxies::read().route(endpoint) {
        Err(error) => Check::failed(GROUP, NAME, &error),
        Ok(Route::ThisMachine) => Check::good(GROUP, NAME, format!("none: {host} is this machine itself")),
        Ok(Route::NoProxy) => Check::good(GROUP, NAME, "none is set"),
        Ok(Route::Excepted(exception, list, variable)) => {
            let finding = format!("none for {host}: {exception} ({list}) takes it out of {variable}");
            Check::new(GROUP, NAME, CheckState::Note, finding)
        }
        Ok(Route::Through(via)) => {
            let hidden = if via.has_credentials { "; its user name and password are hidden" } else { "" };
            let source = via.variable.unwrap_or("the system's settings");
            let finding = format!("{}/ for {host}, by {source}{hidden}", via.place);
            Check::new(GROUP, NAME, CheckState::Note, finding)
        }
    }
}

fn certificates() -> Check {
    const NAME: &str = "certificates";
    match Certificates::read() {
        Err(error) => Check::failed(GROUP, NAME, &error),
        Ok(Certificates::System) => Check::good(GROUP, NAME, "those of the system"),
        Ok(Certificates::Named(named)) => {
            let ignored = match named.unusable {
                0 => String::new(),
                count => format!("; {count} more cannot be used"),
            };
            Check::new(GROUP, NAME, CheckState::Note, format!("{named}{ignored}"))
        }
    }
}
