//! The group that Cognito computes in: the 3072-bit MODP group of RFC 3526, section 4, with generator 2.
//!
//! Elements are kept in Montgomery form. Multiplying, raising to a power and reducing take the same time whatever the
//! values are; only bounds that everyone knows, such as the length of an exponent, show in it.

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U3072, const_monty_params};

const_monty_params!(
    Group,
    U3072,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
     EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
     EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
     83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
     E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
     15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
     ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
     BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
);

/// A number modulo N.
pub(super) type Element = ConstMontyForm<Group, { U3072::LIMBS }>;

/// What an element takes in bytes.
pub(super) const ELEMENT_BYTES: usize = 384;

#[cfg(feature = "test-util")]
pub(super) const GENERATOR: Element = Element::new(&U3072::from_u8(2));

/// `k` of SRP-6a: SHA-256(PAD(N) | PAD(g)).
pub(super) const MULTIPLIER: U256 =
    U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

const MULTIPLIER_ELEMENT: Element = Element::new(&MULTIPLIER.resize());

/// `B - k v`: what the server's public value is built on, once the share that the password makes up is taken away.
pub(super) fn without_verifier(server_public: &Element, verifier: &Element) -> Element {
    *server_public - MULTIPLIER_ELEMENT * verifier
}
