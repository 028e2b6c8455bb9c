//! The derivation of a key from a shared secret.

use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

/// HKDF-SHA256 (RFC 5869): `LENGTH` bytes drawn from `secret`.
pub(crate) fn hkdf_sha256<const LENGTH: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[u8],
) -> Zeroizing<[u8; LENGTH]> {
    const { assert!(LENGTH <= 255 * 32, "HKDF-SHA256 gives no more than that") };
    let mut derived = Zeroizing::new([0; LENGTH]);
    let pseudorandom_key = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let filled =
        pseudorandom_key.expand(&[info], OutputLength(LENGTH)).and_then(|okm| okm.fill(&mut derived[..]));
    #[expect(
        clippy::expect_used,
        reason = "expand and fill refuse only lengths, and both lengths are LENGTH"
    )]
    filled.expect("a length that HKDF-SHA256 can give");
    derived
}

struct OutputLength(usize);

impl hkdf::KeyType for OutputLength {
    fn len(&self) -> usize {
        self.0
    }
}
