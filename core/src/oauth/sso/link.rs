//! The link to the sign-in page, and the values that tie its answer to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::redirect::CsrfState;
use super::secrets::CodeVerifier;
use crate::config::{ClientConfig, Domain};
use crate::digest::sha256;
use crate::error::{Error, ErrorKind, Result};
use crate::jwt::decode;
use crate::random::random_bytes;

/// The random values of one attempt: nobody else can finish it, and it cannot finish another one.
pub(super) struct LinkSecrets {
    pub(super) state: CsrfState,
    pub(super) verifier: CodeVerifier,
    nonce: Zeroizing<String>,
}

impl LinkSecrets {
    pub(super) fn generate() -> Result<Self> {
        Ok(Self {
            state: CsrfState::new(random_text()?),
            verifier: CodeVerifier::new(random_text()?.as_str()),
            nonce: random_text()?,
        })
    }

    /// The authorization request (RFC 6749, 4.1.1; RFC 7636, 4.3). `page_parameters` are appended as they are.
    pub(super) fn authorize_url(
        &self,
        config: &ClientConfig,
        domain: &Domain,
        redirect_uri: &str,
        scopes: &[String],
        page_parameters: &[(String, String)],
    ) -> Url {
        let mut url = domain.authorize_endpoint();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &config.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", self.state.as_str())
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &code_challenge(self.verifier.expose()))
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(page_parameters);
        url
    }

    /// Checks that the ID token repeats the nonce of the link (OpenID Connect Core 1.0, 3.1.3.7, step 11).
    pub(super) fn check_nonce(&self, id_token: Option<&str>) -> Result<()> {
        let Some(id_token) = id_token else {
            return Err(nonce_mismatch(
                "the domain sent no ID token, although the scope openid was asked for",
            ));
        };
        match decode(id_token)?.payload.get("nonce").and_then(Value::as_str) {
            Some(nonce) if nonce == self.nonce.as_str() => Ok(()),
            Some(_) => Err(nonce_mismatch("the ID token belongs to another sign-in: its nonce differs")),
            None => Err(nonce_mismatch("the ID token belongs to no sign-in: it has no nonce")),
        }
    }
}

fn nonce_mismatch(message: &'static str) -> Error {
    Error::new(ErrorKind::TokenInvalid, "NonceMismatch", message)
        .with_hint("Sign in again; if it happens again, somebody is tampering with the sign-in.")
}

/// The challenge for a code verifier, by the method S256 (RFC 7636, 4.2).
pub(in crate::oauth) fn code_challenge(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(&[code_verifier.as_bytes()])[..])
}

/// 43 characters that nobody can guess: the length that RFC 7636, 4.1, recommends for a code verifier.
fn random_text() -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(&random_bytes::<32>()?[..])))
}
