//! The key that both sides arrive at, and the proof that we have it.

use std::time::SystemTime;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::U256;
use zeroize::Zeroizing;

use super::generator::generator_power;
use super::group::{Element, without_verifier};
use super::key_derivation::hkdf_sha256;
use super::padding::Padded;
use super::power::power;
use super::timestamp::timestamp;
use crate::digest::sha256;
use crate::error::{Error, ErrorKind, Result};
use crate::random::random_bytes;

/// Far more than Cognito sends: a secret block has about 1300 bytes.
const LONGEST_SECRET_BLOCK: usize = 16 * 1024;

/// Who proves what to whom. `group` and `user` are public.
pub(crate) struct Identity<'a> {
    /// The name of the pool (what follows the `_` in its id); for a device, the key of its group.
    pub(crate) group: &'a str,
    /// The challenge's `USER_ID_FOR_SRP`, which may differ from the name that the user typed; for a device, its key.
    pub(crate) user: &'a str,
    /// The user's password, or the device's.
    pub(crate) password: &'a str,
}

impl Identity<'_> {
    /// H(group | user | ":" | password), over the text as it was given.
    pub(super) fn hash(&self) -> Zeroizing<[u8; 32]> {
        sha256(&[self.group.as_bytes(), self.user.as_bytes(), b":", self.password.as_bytes()])
    }

    /// `x`, the password as a number.
    pub(super) fn private_key(&self, salt: &Padded) -> Zeroizing<U256> {
        let hash = sha256(&[salt.as_bytes(), &self.hash()[..]]);
        Zeroizing::new(U256::from_be_slice(&hash[..]))
    }
}

/// What the challenge says, as it says it.
pub(crate) struct ServerValues<'a> {
    /// `SALT`, a number in hexadecimal digits.
    pub(crate) salt: &'a str,
    /// `SRP_B`, a number in hexadecimal digits.
    pub(crate) srp_b: &'a str,
    /// `SECRET_BLOCK`, bytes in base64.
    pub(crate) secret_block: &'a str,
}

/// What the challenge is answered with.
pub(crate) struct Proof {
    /// `PASSWORD_CLAIM_SIGNATURE`, in base64.
    pub(crate) signature: String,
    /// `TIMESTAMP`, the time that was signed.
    pub(crate) timestamp: String,
}

/// A secret number for one attempt, and the public one that is made of it.
///
/// 256 bits are what RFC 5054 asks for, and twice the strength of this group.
pub(crate) struct EphemeralKey {
    private: Zeroizing<U256>,
    public: Padded,
    public_hex: String,
}

impl EphemeralKey {
    /// A fresh key. Its public half cannot be 0 mod N, as no power of the generator is.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] where the operating system has no random numbers.
    pub(crate) fn generate() -> Result<Self> {
        let bytes = random_bytes::<32>()?;
        Ok(Self::from_private(Zeroizing::new(U256::from_be_slice(&bytes[..]))))
    }

    pub(crate) fn from_private(private: Zeroizing<U256>) -> Self {
        let public = Padded::from_integer(&generator_power(&private).retrieve());
        let public_hex = public.to_hex();
        Self { private, public, public_hex }
    }

    /// `SRP_A`, in lower-case hexadecimal digits.
    pub(crate) fn public_hex(&self) -> &str {
        &self.public_hex
    }

    /// Proves that whoever `identity` names knows the password, at the time that the server takes it to be.
    ///
    /// # Errors
    /// [`ErrorKind::Service`], code `InvalidChallengeParameters`, when the server's values are malformed or unsafe.
    pub(crate) fn prove(
        &self,
        identity: &Identity<'_>,
        server: &ServerValues<'_>,
        server_time: SystemTime,
    ) -> Result<Proof> {
        self.prove_at(identity, server, timestamp(server_time)?)
    }

    pub(crate) fn prove_at(
        &self,
        identity: &Identity<'_>,
        server: &ServerValues<'_>,
        timestamp: String,
    ) -> Result<Proof> {
        let secret_block = decode_secret_block(server.secret_block)?;
        let agreement = self.agree(identity, server.salt, server.srp_b)?;
        let signature = agreement.sign(identity, &secret_block, &timestamp);
        Ok(Proof { signature, timestamp })
    }

    pub(crate) fn agree(
        &self,
        identity: &Identity<'_>,
        salt: &str,
        server_public: &str,
    ) -> Result<Agreement> {
        Agreement::reach(&self.public, identity, salt, server_public, |base, scrambler, private_key| {
            // a + u x: at most (2^256 - 1) + (2^256 - 1)^2, which is less than 2^512.
            let product = Zeroizing::new(scrambler.concatenating_mul(private_key));
            let exponent = Zeroizing::new(product.wrapping_add(&Zeroizing::new(self.private.resize())));
            power(base, &exponent)
        })
    }
}

/// What both sides know at the end of the exchange.
#[cfg_attr(not(feature = "test-util"), expect(dead_code, reason = "the known answers hold every step"))]
pub(crate) struct Agreement {
    /// `u`, public.
    pub(crate) scrambler: U256,
    /// `x`.
    pub(crate) private_key: Zeroizing<U256>,
    /// `S`.
    pub(crate) shared_secret: Padded,
    /// What signs the proof.
    pub(crate) session_key: Zeroizing<[u8; 16]>,
}

impl Agreement {
    /// `raise` computes S from B - k g^x, u and x, with the private half of `public`.
    pub(crate) fn reach(
        public: &Padded,
        identity: &Identity<'_>,
        salt: &str,
        server_public: &str,
        raise: impl FnOnce(&Element, &U256, &U256) -> Zeroizing<Element>,
    ) -> Result<Self> {
        let salt = number("SALT", salt)?;
        let server_public = number("SRP_B", server_public)?;
        let server_element = Element::new(&server_public.to_integer());
        if server_element == Element::ZERO {
            return Err(invalid("SRP_B", "is a multiple of the group's prime"));
        }
        let scrambler = accepted_scrambler(scrambler(public, &server_public))?;

        let private_key = identity.private_key(&salt);
        let verifier = generator_power(&private_key);
        let base = Zeroizing::new(without_verifier(&server_element, &verifier));
        let shared = raise(&base, &scrambler, &private_key);
        let shared_secret = Padded::from_integer(&Zeroizing::new(shared.retrieve()));
        let session_key = session_key(&scrambler, &shared_secret);
        Ok(Self { scrambler, private_key, shared_secret, session_key })
    }

    fn sign(&self, identity: &Identity<'_>, secret_block: &[u8], timestamp: &str) -> String {
        sign(&self.session_key[..], identity.group, identity.user, secret_block, timestamp)
    }
}

/// `u`, which ties the two public values together: H(PAD(A) | PAD(B)).
pub(crate) fn scrambler(public: &Padded, server_public: &Padded) -> U256 {
    U256::from_be_slice(&sha256(&[public.as_bytes(), server_public.as_bytes()])[..])
}

/// With u = 0 the password would have no part in the exchange: SRP-6a has the client abort.
/// <http://srp.stanford.edu/design.html>
fn accepted_scrambler(scrambler: U256) -> Result<U256> {
    if scrambler == U256::ZERO {
        return Err(invalid("SRP_B", "makes the exchange independent of the password"));
    }
    Ok(scrambler)
}

pub(crate) fn session_key(scrambler: &U256, shared_secret: &Padded) -> Zeroizing<[u8; 16]> {
    let salt = Padded::from_be_bytes(scrambler.to_be_bytes().as_ref());
    hkdf_sha256(salt.as_bytes(), shared_secret.as_bytes(), b"Caldera Derived Key")
}

/// base64(HMAC-SHA256(session key, group | user | secret block | time stamp)).
pub(crate) fn sign(
    session_key: &[u8],
    group: &str,
    user: &str,
    secret_block: &[u8],
    timestamp: &str,
) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, session_key));
    for part in [group.as_bytes(), user.as_bytes(), secret_block, timestamp.as_bytes()] {
        context.update(part);
    }
    STANDARD.encode(context.sign())
}

pub(crate) fn decode_secret_block(secret_block: &str) -> Result<Vec<u8>> {
    if secret_block.is_empty() {
        return Err(invalid("SECRET_BLOCK", "is empty"));
    }
    if secret_block.len() > LONGEST_SECRET_BLOCK {
        return Err(invalid("SECRET_BLOCK", "is too long"));
    }
    STANDARD.decode(secret_block).map_err(|_| invalid("SECRET_BLOCK", "is not base64"))
}

fn number(name: &str, digits: &str) -> Result<Padded> {
    Padded::from_hex(digits).map_err(|reason| invalid(name, reason))
}

fn invalid(name: &str, reason: &str) -> Error {
    let message = format!("the challenge parameter {name} {reason}");
    Error::new(ErrorKind::Service, "InvalidChallengeParameters", message)
        .with_hint("Check the endpoint: something other than Cognito may be answering.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrambler_of_zero_is_refused() {
        let error = accepted_scrambler(U256::ZERO).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidChallengeParameters"));
        assert_eq!(accepted_scrambler(U256::ONE).unwrap(), U256::ONE);
    }
}
