//! MFA_SETUP: making an authenticator app, or an e-mail address for codes, known in the middle of a sign-in.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use super::api::Api;
use super::challenge::list;
#[cfg(feature = "qr")]
use super::qr_code;
use super::wire::{AssociateSoftwareToken, VerifySoftwareToken};
use crate::error::{Error, Result};
use crate::secret::{ChallengeSession, TotpSecret};
use crate::verdict::{CODE_MISMATCH, code_mismatch};

/// What a person's authenticator app is set up with. It is a secret: show it to that person alone.
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

    /// The `otpauth://` address that apps read, from a QR code or a link.
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

    fn new(secret: String, issuer: &str, account: &str) -> Self {
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

/// The ways of MFA_SETUP that a sign-in can go. A phone number cannot be given there.
const WAYS: [&str; 2] = [APP, EMAIL];
const APP: &str = "SOFTWARE_TOKEN_MFA";
const EMAIL: &str = "EMAIL_OTP";

/// What MFA_SETUP wants to hear next.
pub(super) enum SetupQuestion {
    /// Which of these ways to go.
    Which(Vec<&'static str>),
    /// The e-mail address to send codes to.
    Address,
    /// A code of the app that was set up.
    Code,
}

/// What is asked for before an app has been set up.
pub(super) fn asked_first(asked: &BTreeMap<String, String>) -> SetupQuestion {
    let ways = ways(asked);
    match ways[..] {
        [EMAIL] => SetupQuestion::Address,
        [_, _] => SetupQuestion::Which(ways),
        _ => SetupQuestion::Code,
    }
}

/// Whether an app is all that can be set up: then nobody has to choose.
pub(super) fn is_for_an_app_alone(asked: &BTreeMap<String, String>) -> bool {
    ways(asked) == [APP]
}

fn ways(asked: &BTreeMap<String, String>) -> Vec<&'static str> {
    let offered = asked.get("MFAS_CAN_SETUP").map(|text| list(text)).unwrap_or_default();
    WAYS.into_iter().filter(|way| offered.iter().any(|name| name == way)).collect()
}

/// Asks for the app's secret, where the pool lets this user set an app up. The session goes on to the one that comes
/// with it.
pub(super) async fn associate(
    api: &Api<'_>,
    asked: &BTreeMap<String, String>,
    session: &mut Option<ChallengeSession>,
    username: &str,
) -> Result<Option<TotpSetup>> {
    let Some(before) = session.as_ref().filter(|_| ways(asked).contains(&APP)) else {
        return Ok(None);
    };
    let output = api.call(&AssociateSoftwareToken { session: before.expose() }).await?.output;
    if let Some(next) = output.session {
        *session = Some(ChallengeSession::new(next));
    }
    let issuer = api.config.user_pool_id.as_ref().map_or_else(|| "Cognito".to_owned(), ToString::to_string);
    Ok(Some(TotpSetup::new(output.secret_code, &issuer, username)))
}

/// Shows the service a code of the app, and gives the session to go on with.
pub(super) async fn verify(
    api: &Api<'_>,
    session: &ChallengeSession,
    code: &str,
) -> Result<ChallengeSession> {
    let output = api.call(&VerifySoftwareToken { session: session.expose(), user_code: code }).await?.output;
    if output.status.as_deref().is_some_and(|status| status != "SUCCESS") {
        return Err(Error::judged(code_mismatch(), CODE_MISMATCH, "the code of the app is not right")
            .with_hint("Check the app's clock, and answer with the code that it shows now."));
    }
    Ok(output.session.map_or_else(|| session.clone(), ChallengeSession::new))
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
