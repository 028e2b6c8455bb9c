//! Codes of an authenticator app (RFC 6238), for jobs without a person to read them.

use totp_rs::{Algorithm, Builder, Secret, Totp};
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::secret::TotpSecret;

/// An authenticator app: a secret, and the parameters of its codes.
pub(super) struct App(Totp);

impl App {
    /// Creates an app of a secret in base32, with the parameters that Cognito accepts (SHA-1, 6 digits, 30 seconds), or
    /// of an
    /// `otpauth://` address with its own.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>,
    /// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
    ///
    /// # Errors
    /// [`ErrorKind::Config`], code `InvalidTotpSecret`. The text is never shown.
    pub(super) fn new(secret: &TotpSecret) -> Result<Self> {
        let text = secret.expose().trim();
        let builder = match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("otpauth") => by_address(text)?,
            Some(_) => return Err(malformed("is an address of another kind than otpauth://totp/...")),
            None => Builder::new().with_secret(bytes(text)?),
        };
        // Not checked against the RFC's least length: the service chose the secret, and accepts a short one.
        Ok(Self(builder.build_noncompliant()))
    }

    /// The code for this moment, in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn code_at(&self, moment: u64) -> String {
        self.0.generate(moment).to_string()
    }

    /// The time when the code after that one begins.
    pub(super) fn next_code_after(&self, moment: u64) -> u64 {
        self.0.next_step(moment)
    }
}

fn by_address(text: &str) -> Result<Builder> {
    let address = Url::parse(text).map_err(|_| malformed("is an otpauth:// address that cannot be read"))?;
    if !address.host_str().is_some_and(|kind| kind.eq_ignore_ascii_case("totp")) {
        return Err(malformed("is an otpauth:// address of another kind than totp"));
    }
    let value = |wanted: &str| {
        let mut pairs = address.query_pairs().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        pairs.next().map(|(_, value)| Zeroizing::new(value.into_owned()))
    };
    let secret = value("secret").ok_or_else(|| malformed("is an otpauth:// address without `secret`"))?;
    let mut builder = Builder::new().with_secret(bytes(&secret)?);
    if let Some(digits) = value("digits") {
        let digits = digits.parse().ok().filter(|digits| (6..=8).contains(digits));
        let invalid = || malformed("is an otpauth:// address whose `digits` are not 6, 7 or 8");
        builder = builder.with_digits(digits.ok_or_else(invalid)?);
    }
    if let Some(period) = value("period") {
        let period = period.parse().ok().filter(|seconds| (1..=LONGEST_PERIOD).contains(seconds));
        let invalid =
            || malformed("is an otpauth:// address whose `period` is not a number of seconds above 0");
        builder = builder.with_step_duration(period.ok_or_else(invalid)?);
    }
    if let Some(name) = value("algorithm") {
        let invalid =
            || malformed("is an otpauth:// address whose `algorithm` is not SHA1, SHA256 or SHA512");
        builder = builder.with_algorithm(algorithm(&name).ok_or_else(invalid)?);
    }
    Ok(builder)
}

/// The longest period of a code, in seconds, more than any app's.
const LONGEST_PERIOD: u64 = 24 * 60 * 60;

/// The algorithm by its name: `SHA1`, which is also written `SHA-1` and `HmacSHA1`.
fn algorithm(name: &str) -> Option<Algorithm> {
    let name = name.to_ascii_uppercase().replace('-', "");
    match name.strip_prefix("HMAC").unwrap_or(&name) {
        "SHA1" => Some(Algorithm::SHA1),
        "SHA256" => Some(Algorithm::SHA256),
        "SHA512" => Some(Algorithm::SHA512),
        _ => None,
    }
}

fn bytes(base32: &str) -> Result<Secret> {
    // Shown in groups of four and typed in lower case: both are the same secret.
    let letters: String = base32.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let letters = Zeroizing::new(letters);
    let letters = Zeroizing::new(letters.to_ascii_uppercase());
    let bytes = Secret::try_from_base32(letters.trim_end_matches('='));
    let bytes = bytes.map_err(|_| malformed("is not base32"))?;
    if bytes.as_bytes().is_empty() { Err(malformed("is empty")) } else { Ok(bytes) }
}

fn malformed(reason: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidTotpSecret", format!("the TOTP secret {reason}")).with_hint(
        "Give the base32 secret that the authenticator app was set up with, or its otpauth://totp/... address \
         (COGNITO_TOTP_SECRET).",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(secret: &str, moment: u64) -> String {
        App::new(&TotpSecret::new(secret)).unwrap().code_at(moment)
    }

    #[test]
    fn the_codes_of_rfc_6238_appendix_b() {
        // The secret of the RFC is the text 12345678901234567890; its codes have eight digits, these their last six.
        for spelling in ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq"] {
            for (moment, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
            {
                assert_eq!(code(spelling, moment), expected);
            }
        }
    }

    /// The secrets of the RFC are the text 1234567890, repeated to 20, 32 and 64 bytes; its codes have eight digits.
    #[test]
    fn an_address_says_how_its_codes_are_made() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let long = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
        let longest = format!("{}GEZDGNA", secret.repeat(3));
        for (address, moment, expected) in [
            (format!("otpauth://totp/AWS:ada%20l@example.org?secret={secret}&issuer=AWS"), 59, "287082"),
            (format!(" OTPAUTH://TOTP/ada?Secret={}\n", secret.to_lowercase()), 59, "287082"),
            (format!("otpauth://totp/ada?secret={secret}&digits=8&algorithm=SHA1"), 59, "94287082"),
            (format!("otpauth://totp/ada?secret={secret}&period=60"), 119, "287082"),
            (format!("otpauth://totp/ada?digits=8&algorithm=SHA256&secret={long}"), 59, "46119246"),
            (format!("otpauth://totp/ada?digits=8&algorithm=hmac-sha-256&secret={long}===="), 59, "46119246"),
            (format!("otpauth://totp/ada?digits=8&algorithm=sha512&secret={longest}"), 59, "90693936"),
        ] {
            assert_eq!(code(&address, moment), expected, "{address}");
        }
    }

    #[test]
    fn a_secret_that_is_none_is_refused_without_being_shown() {
        for wrong in [
            "not base32 at all!",
            "0189",
            "====",
            "-",
            "otpauth://totp/x?secret=0189",
            "otpauth://totp/x",
            "otpauth://hotp/x?secret=GEZDGNBV&counter=1",
            "otpauth://totp/x?secret=GEZDGNBV&digits=0",
            "otpauth://totp/x?secret=GEZDGNBV&digits=six",
            "otpauth://totp/x?secret=GEZDGNBV&period=0",
            "otpauth://totp/x?secret=GEZDGNBV&period=-30",
            "otpauth://totp/x?secret=GEZDGNBV&algorithm=MD5",
            "otpauth-migration://offline?data=GEZDGNBV",
            "https://totp/x?secret=GEZDGNBV",
        ] {
            let Err(error) = App::new(&TotpSecret::new(wrong)) else { panic!("{wrong}") };
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidTotpSecret"));
            assert!(!error.message().contains(wrong) && !error.message().contains("GEZDGNBV"), "{error}");
        }
    }
}
