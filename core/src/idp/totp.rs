//! Codes of an authenticator app (RFC 6238), for jobs that have no person to read one.

use std::time::SystemTime;

use totp_rs::{Builder, Secret, Totp};

use crate::clock::unix_seconds;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::TotpSecret;

/// The six digits for this moment of the service's clock, with the parameters that Cognito takes: SHA-1, 30 seconds.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>
pub(super) fn code(secret: &TotpSecret, server_time: SystemTime) -> Result<String> {
    let moment = u64::try_from(unix_seconds(server_time)).unwrap_or_default();
    Ok(generator(secret)?.generate(moment).to_string())
}

fn generator(secret: &TotpSecret) -> Result<Totp> {
    // Shown in groups of four and typed in lower case: both are the same secret.
    let letters: String =
        secret.expose().chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let letters = zeroize::Zeroizing::new(letters.to_ascii_uppercase());
    let unpadded = letters.trim_end_matches('=');
    let malformed = |why: &str| {
        Error::new(ErrorKind::Config, "InvalidTotpSecret", format!("the TOTP secret {why}")).with_hint(
            "Give the base32 secret that the authenticator app was set up with (COGNITO_TOTP_SECRET).",
        )
    };
    let bytes = Secret::try_from_base32(unpadded).map_err(|_| malformed("is not base32"))?;
    if bytes.as_bytes().is_empty() {
        return Err(malformed("is empty"));
    }
    // Not checked against the RFC's least length: the service chose the secret, and a short one still works there.
    Ok(Builder::new().with_secret(bytes).build_noncompliant())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_codes_of_rfc_6238_appendix_b() {
        // The secret of the RFC is the text 12345678901234567890; its codes have eight digits, these their last six.
        for spelling in ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"] {
            for (moment, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
            {
                let at = UNIX_EPOCH + Duration::from_secs(moment);
                assert_eq!(code(&TotpSecret::new(spelling), at).unwrap(), expected);
            }
        }
    }

    #[test]
    fn a_secret_that_is_none_is_refused_without_being_shown() {
        for wrong in ["not base32 at all!", "0189", "====", "-"] {
            let error = code(&TotpSecret::new(wrong), UNIX_EPOCH).unwrap_err();
            assert_eq!(error.code(), "InvalidTotpSecret");
            assert!(!error.message().contains(wrong));
        }
    }
}
