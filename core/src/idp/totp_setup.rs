//! The secret of a new authenticator app, as text, link and QR code.

use std::fmt;

use url::Url;

#[cfg(feature = "qr")]
use super::qr_code;
use crate::secret::TotpSecret;

/// The secret that a person sets up an authenticator app with. Show it to that person alone.
#[derive(Clone)]
pub struct TotpSetup {
    secret: TotpSecret,
    uri: TotpSecret,
}

impl TotpSetup {
    /// The secret in base32, for typing.
    pub fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    /// The `otpauth://` address that apps read from a QR code or a link.
    /// Its form: <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>.
    pub fn uri(&self) -> &TotpSecret {
        &self.uri
    }

    /// The address as a QR code in Unicode block characters, for a terminal with a dark background or a light one.
    #[cfg(feature = "qr")]
    pub fn qr_text(&self) -> String {
        qr_code::text(self.uri.expose())
    }

    /// The address as a QR code in SVG, dark on white, for a notebook: one element that can stand inside HTML.
    #[cfg(feature = "qr")]
    pub fn qr_svg(&self) -> String {
        qr_code::svg(self.uri.expose())
    }

    pub(super) fn from_parts(secret: &str, uri: &str) -> Self {
        Self { secret: TotpSecret::new(secret), uri: TotpSecret::new(uri) }
    }

    pub(super) fn new(secret: String, issuer: &str, account: &str) -> Self {
        let mut uri = String::from("otpauth://totp/");
        // A label is a path segment; `url` knows which characters one may hold.
        let label = Url::parse("https://host/").map(|mut url| {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.push(&format!("{issuer}:{account}"));
            }
            url.path().trim_start_matches('/').to_owned()
        });
        uri.push_str(&label.unwrap_or_default());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("secret", &secret)
            .append_pair("issuer", issuer)
            .finish();
        uri.push('?');
        uri.push_str(&query);
        Self { secret: TotpSecret::new(secret), uri: TotpSecret::new(uri) }
    }
}

impl fmt::Debug for TotpSetup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TotpSetup([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_pool_user_and_secret_and_debug_does_not() {
        let setup = TotpSetup::new("JBSWY3DPEHPK3PXP".to_owned(), "us-east-1_abc", "ada lovelace/1");
        assert_eq!(
            setup.uri().expose(),
            "otpauth://totp/us-east-1_abc:ada%20lovelace%2F1?secret=JBSWY3DPEHPK3PXP&issuer=us-east-1_abc"
        );
        assert!(setup.qr_text().lines().count() > 10);
        assert!(setup.qr_svg().starts_with("<svg") && setup.qr_svg().ends_with("</svg>"));
        assert!(!format!("{setup:?}").contains("JBSWY3DPEHPK3PXP"));
    }
}
