//! The derivation of a key from a shared secret.

use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

/// Derives `LENGTH` bytes from `secret` by HKDF-SHA256 (RFC 5869).
pub(crate) fn hkdf_sha256<const LENGTH: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[u8],
) -> Zeroizing<[u8; LENGTH]> {
    const { assert!(LENGTH <= 255 * 32, "HKDF-SHA256 derives at most 255 blocks") };
    let mut derived = Zeroizing::new([0; LENGTH]);
    let pseudorandom_key = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let filled =
        pseudorandom_key.expand(&[info], OutputLength(LENGTH)).and_then(|okm| okm.fill(&mut derived[..]));
    #[expect(
        clippy::expect_used,
        reason = "expand and fill refuse only lengths, and both lengths are LENGTH"
    )]
    filled.expect("a length that HKDF-SHA256 can derive");
    derived
}

struct OutputLength(usize);

impl hkdf::KeyType for OutputLength {
    fn len(&self) -> usize {
        self.0
    }
}
