//! What of the surroundings decides how the service is reached: proxies and certificates.

use hyper_util::client::proxy::matcher::Matcher;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::{Check, CheckState};
use crate::address;
use crate::config::is_loopback;

const GROUP: &str = "network";

/// The variables for addresses in https, in the order in which they count; those for plain http are never used, as
/// plain http is for this machine alone.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

const CERTIFICATES: &str = "SSL_CERT_FILE";

pub(super) fn check(endpoint: Option<&Url>) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(endpoint.map(proxy));
    checks.push(certificates());
    checks
}

/// The first of the variables that is set, to whatever.
fn variable(names: &[&'static str]) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| Some((*name, std::env::var(name).ok()?)))
}

/// Asks the same rules that the requests go by.
fn proxy(endpoint: &Url) -> Check {
    const NAME: &str = "proxy";
    let host = endpoint.host_str().unwrap_or_default();
    if is_loopback(endpoint) {
        return Check::good(GROUP, NAME, format!("none: {host} is this machine itself"));
    }
    let target = endpoint.as_str().parse().ok();
    let taken = target.and_then(|target| Matcher::from_system().intercept(&target));
    let set = PROXIES.iter().find_map(|name| variable(&[name]).filter(|(_, value)| !value.trim().is_empty()));
    let excluded = variable(&["NO_PROXY", "no_proxy"]);
    match (taken, set) {
        (Some(proxy), Some((name, value))) => {
            let hidden = if value.contains('@') { "; its user name and password are hidden" } else { "" };
            let finding = format!("{} for {host}, by {name}{hidden}", proxy.uri());
            Check::new(GROUP, NAME, CheckState::Note, finding)
        }
        (Some(proxy), None) => {
            let finding = format!("{} for {host}, by the system's settings", proxy.uri());
            Check::new(GROUP, NAME, CheckState::Note, finding)
        }
        (None, None) => Check::good(GROUP, NAME, "none is set"),
        (None, Some((name, value))) => match excluded.filter(|_| would_be_taken(&value)) {
            Some((exception, list)) => {
                let finding = format!("none for {host}: {exception} ({list}) takes it out of {name}");
                Check::new(GROUP, NAME, CheckState::Note, finding)
            }
            None => {
                let finding = format!("none: {name} ({}) is no address of a proxy", address::shown(&value));
                Check::new(GROUP, NAME, CheckState::Bad, finding).with_fix(format!(
                    "Set {name} to an address such as http://proxy.example.com:3128, or unset it."
                ))
            }
        },
    }
}

/// Whether a proxy's address can be used at all.
fn would_be_taken(address: &str) -> bool {
    let anywhere = "https://anywhere.invalid".parse().ok();
    let rules = Matcher::builder().all(address.to_owned()).build();
    anywhere.is_some_and(|anywhere| rules.intercept(&anywhere).is_some())
}

fn certificates() -> Check {
    const NAME: &str = "certificates";
    let Some((_, path)) = variable(&[CERTIFICATES]) else {
        let finding = match variable(&["SSL_CERT_DIR"]) {
            Some((name, folders)) => format!("those of {folders} ({name})"),
            None => "those of the system".to_owned(),
        };
        return Check::good(GROUP, NAME, finding);
    };
    let bad = |why: String| {
        Check::new(GROUP, NAME, CheckState::Bad, format!("{path} ({CERTIFICATES}) {why}")).with_fix(format!(
            "Name a PEM file with the certificates of those whom you trust, or unset {CERTIFICATES}."
        ))
    };
    let certificates = match CertificateDer::pem_file_iter(&path) {
        Err(fault) => return bad(format!("cannot be read: {fault}")),
        Ok(certificates) => certificates,
    };
    let (mut usable, mut unusable) = (RootCertStore::empty(), 0);
    for certificate in certificates {
        let added = certificate.ok().and_then(|certificate| usable.add(certificate).ok());
        unusable += usize::from(added.is_none());
    }
    let count = match usable.len() {
        0 => return bad(format!("holds no certificate that can be used ({unusable} that cannot)")),
        1 => "1 certificate".to_owned(),
        count => format!("{count} certificates"),
    };
    let ignored = if unusable == 0 { String::new() } else { format!("; {unusable} more cannot be used") };
    Check::new(GROUP, NAME, CheckState::Note, format!("{count} of {path} ({CERTIFICATES}){ignored}"))
}
