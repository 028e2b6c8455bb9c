//! Faults of TLS: a message and a hint for each kind.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error as TlsError};

use crate::error::{Error, ErrorKind};
use crate::text::presentable;

/// A fault in words: what is wrong, and where it is known what to do.
pub(crate) struct Explained {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// The fault of TLS in a fault of the HTTP client.
pub(super) fn find<'a>(fault: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    let mut cause = fault.source();
    while let Some(inner) = cause {
        if let Some(error) = wrapped(inner) {
            return Some(error);
        }
        cause = inner.source();
    }
    None
}

/// rustls reports from inside I/O errors, which do not show what they wrap as their source.
pub(crate) fn wrapped<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.downcast_ref().or_else(|| wrapped(inner?))
}

/// Returns whether the other side speaks something else than TLS.
pub(super) fn is_not_tls(error: &TlsError) -> bool {
    matches!(error, TlsError::InvalidMessage(_))
}

/// The error for a fault of TLS. It is not retryable: a certificate does not become trusted by asking again.
pub(super) fn failed(error: &TlsError, peer: &str, trusted: &str) -> Error {
    let Explained { message, hint } = explain(error, peer, trusted);
    let error = Error::new(ErrorKind::Network, "TlsFailed", message);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// The innermost cause of a fault, in the system's or rustls's own words. The fault's text above it names the layers
/// it came through, and the whole URL.
pub(super) fn cause(fault: &reqwest::Error) -> String {
    let mut cause = fault.source();
    while let Some(deeper) = cause.and_then(StdError::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "no cause given".to_owned(), ToString::to_string)
}

/// `peer` is whom TLS was spoken with, `trusted` says which certificates count.
pub(crate) fn explain(error: &TlsError, peer: &str, trusted: &str) -> Explained {
    if is_not_tls(error) {
        return Explained {
            message: format!("{peer} does not speak TLS: {error}"),
            hint: Some(
                "Check the address and its port: a service in plain http may be answering.".to_owned(),
            ),
        };
    }
    let TlsError::InvalidCertificate(error) = error else {
        return Explained { message: format!("no TLS connection to {peer}: {error}"), hint: None };
    };
    // It holds names of the certificate.
    let shown = presentable(&error.to_string(), &[]);
    match error {
        // The second is what the key of another authority of the same name leads to.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Explained {
            message: format!(
                "the certificate of {peer} is not signed by any authority that is trusted ({shown}); trusted are {trusted}"
            ),
            hint: Some(
                "Behind a company proxy, name its CA bundle in SSL_CERT_FILE (a PEM file).".to_owned(),
            ),
        },
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            let clock = match error {
                CertificateError::ExpiredContext { time, not_after } => {
                    format!(" on {}; this machine's clock says {}", date(not_after), date(time))
                }
                _ => String::new(),
            };
            Explained {
                message: format!("the certificate of {peer} expired{clock}"),
                hint: Some(format!(
                    "Check this machine's clock; if it is right, the certificate of {peer} has to be renewed."
                )),
            }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            let clock = match error {
                CertificateError::NotValidYetContext { time, not_before } => {
                    format!(" before {}; this machine's clock says {}", date(not_before), date(time))
                }
                _ => " yet".to_owned(),
            };
            Explained {
                message: format!("the certificate of {peer} is not valid{clock}"),
                hint: Some("Set this machine's clock, best by NTP.".to_owned()),
            }
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Explained {
            message: format!("the certificate of {peer} is another host's: {shown}"),
            hint: Some(
                "Check the address. If it is right, something else answers in its place: a proxy, or the sign-in page \
                 of a network."
                    .to_owned(),
            ),
        },
        CertificateError::Other(other) if is_ca_used_as_end_entity(&*other.0) => Explained {
            message: format!(
                "the certificate of {peer} is that of a certificate authority, which is not accepted as a server's \
                 (CaUsedAsEndEntity)"
            ),
            hint: Some(MAKE_ONE_FOR_A_SERVER.to_owned()),
        },
        _ => Explained { message: format!("the certificate of {peer} cannot be accepted: {shown}"), hint: None },
    }
}

const MAKE_ONE_FOR_A_SERVER: &str = "`openssl req -x509` makes such a certificate unless it is told otherwise. Make it anew with the options `-addext \
     basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:HOST`, and name it in SSL_CERT_FILE here.";

fn is_ca_used_as_end_entity(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    error.downcast_ref::<webpki::Error>().is_some_and(|error| *error == webpki::Error::CaUsedAsEndEntity)
}

fn date(time: &UnixTime) -> String {
    let time: SystemTime = UNIX_EPOCH + Duration::from_secs(time.as_secs().min(i32::MAX as u64 * 100));
    httpdate::fmt_http_date(time)
}
