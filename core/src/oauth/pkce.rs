//! PKCE (RFC 7636): whoever redeems an authorization code shows that it is the one who asked for it.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `code_challenge` for the method S256, the only one that Cognito takes: BASE64URL(SHA-256(code verifier)), without padding.
///
/// RFC 7636, section 4.2; <https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html>
pub(crate) fn code_challenge(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, code_verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_43_characters_that_need_no_escape_in_an_address() {
        for code_verifier in ["", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", &"~".repeat(128)] {
            let challenge = code_challenge(code_verifier);
            assert_eq!(challenge.len(), 43);
            assert!(
                challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            );
        }
    }

    #[test]
    fn the_challenge_follows_the_verifier() {
        // RFC 7636, appendix B.
        let challenge = code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
