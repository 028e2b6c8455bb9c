//! The steps of the exchange, with numbers of a test.

#![allow(missing_docs, reason = "each function is the step of the same name")]

use std::time::SystemTime;

use crypto_bigint::{U256, U8192, U16384};
use zeroize::Zeroizing;

use super::group::{Element, GENERATOR, MULTIPLIER};
use super::key_exchange::{self, Agreement, decode_secret_block};
use super::padding::Padded;
use super::{Credentials, EphemeralKey, ServerValues, device, key_derivation};
use crate::digest::sha256 as sha256_of_parts;
use crate::error::{Error, ErrorKind, Result};

/// The password to prove, and the names that the proof covers.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub group: &'a str,
    pub user: &'a str,
    pub password: &'a str,
}

impl<'a> From<Subject<'a>> for Credentials<'a> {
    fn from(Subject { group, user, password }: Subject<'a>) -> Self {
        Self { group, user, password }
    }
}

/// The values of an exchange. All numbers are hexadecimal digits without leading zeros.
pub struct Group {
    pub modulus: String,
    pub generator: String,
    pub multiplier: String,
}

pub fn group() -> Group {
    Group {
        modulus: Padded::from_integer(Element::MODULUS.as_ref()).to_hex(),
        generator: Padded::from_integer(&GENERATOR.retrieve()).to_hex(),
        multiplier: hex_of(&MULTIPLIER),
    }
}

pub fn pad(digits: &str) -> Result<Vec<u8>> {
    Ok(number(digits)?.as_bytes().to_vec())
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    *sha256_of_parts(&[bytes])
}

pub fn hkdf_sha256<const LENGTH: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; LENGTH] {
    *key_derivation::hkdf_sha256(salt, secret, info)
}

pub fn scrambler(public: &str, server_public: &str) -> Result<String> {
    Ok(hex_of(&key_exchange::scrambler(&number(public)?, &number(server_public)?)))
}

pub fn session_key(scrambler: &str, shared_secret: &str) -> Result<[u8; 16]> {
    let scrambler = number(scrambler)?.to_integer().resize();
    Ok(*key_exchange::session_key(&scrambler, &number(shared_secret)?))
}

pub fn identity_hash(subject: Subject<'_>) -> [u8; 32] {
    *Credentials::from(subject).hash()
}

/// The bytes of the padded verifier.
pub fn verifier(subject: Subject<'_>, salt: &str) -> Result<Vec<u8>> {
    Ok(device::verifier(&subject.into(), &number(salt)?).as_bytes().to_vec())
}

pub fn timestamp(time: SystemTime) -> Result<String> {
    super::timestamp::timestamp(time)
}

/// The signature with a given session key.
pub fn sign(session_key: &[u8], group: &str, user: &str, secret_block: &[u8], timestamp: &str) -> String {
    key_exchange::sign(session_key, group, user, secret_block, timestamp)
}

/// The values that a client with a given private key computes. All numbers are hexadecimal digits without leading
/// zeros.
pub struct Exchange {
    pub public: String,
    pub scrambler: String,
    pub private_key: String,
    pub shared_secret: String,
    pub session_key: [u8; 16],
}

impl Exchange {
    /// A private key of up to 256 bits is used as in a sign-in. Other clients draw longer ones, some longer than the
    /// group: for those, plain exponentiation is used.
    pub fn with_private(
        private: &str,
        subject: Subject<'_>,
        salt: &str,
        server_public: &str,
    ) -> Result<Self> {
        let credentials = subject.into();
        let private = long_number(private)?;
        if private.bits_vartime() <= U256::BITS {
            let key = EphemeralKey::from_private(Zeroizing::new(private.resize()));
            let agreement = key.agree(&credentials, salt, server_public)?;
            return Ok(Self::of(key.public_hex().to_owned(), &agreement));
        }
        let public = Padded::from_integer(&long_power(&GENERATOR, &private).retrieve());
        let agreement =
            Agreement::reach(&public, &credentials, salt, server_public, |base, scrambler, private_key| {
                let product: U16384 = scrambler.concatenating_mul(private_key).resize();
                Zeroizing::new(long_power(base, &product.wrapping_add(&private)))
            })?;
        Ok(Self::of(public.to_hex(), &agreement))
    }

    fn of(public: String, agreement: &Agreement) -> Self {
        Self {
            public,
            scrambler: hex_of(&agreement.scrambler),
            private_key: hex_of(&agreement.private_key),
            shared_secret: agreement.shared_secret.to_hex(),
            session_key: *agreement.session_key,
        }
    }
}

/// The signature of a whole exchange, from the challenge's parameters as they came.
pub fn signature_of(
    private: &str,
    subject: Subject<'_>,
    salt: &str,
    server_public: &str,
    secret_block: &str,
    timestamp: &str,
) -> Result<String> {
    let private_integer = long_number(private)?;
    if private_integer.bits_vartime() <= U256::BITS {
        let key = EphemeralKey::from_private(Zeroizing::new(private_integer.resize()));
        let values = ServerValues { salt, srp_b: server_public, secret_block };
        return Ok(key.prove_at(&subject.into(), &values, timestamp.to_owned())?.signature);
    }
    let secret_block = decode_secret_block(secret_block)?;
    let exchange = Exchange::with_private(private, subject, salt, server_public)?;
    Ok(sign(&exchange.session_key, subject.group, subject.user, &secret_block, timestamp))
}

/// The whole arithmetic of one sign-in.
pub fn prove_with_fresh_key(
    subject: Subject<'_>,
    salt: &str,
    server_public: &str,
    secret_block: &str,
    server_time: SystemTime,
) -> Result<(String, String)> {
    let key = EphemeralKey::generate()?;
    let values = ServerValues { salt, srp_b: server_public, secret_block };
    let proof = key.prove(&subject.into(), &values, server_time)?;
    Ok((key.public_hex().to_owned(), proof.signature))
}

fn long_power(base: &Element, exponent: &U16384) -> Element {
    base.pow_bounded_exp(exponent, exponent.bits_vartime())
}

fn long_number(digits: &str) -> Result<U16384> {
    let number =
        U8192::from_str_radix_vartime(digits, 16).map_err(|_| malformed("is not a number of 8192 bits"))?;
    Ok(number.resize())
}

fn number(digits: &str) -> Result<Padded> {
    Padded::from_hex(digits).map_err(malformed)
}

fn malformed(reason: &str) -> Error {
    Error::new(ErrorKind::Config, "InvalidNumber", format!("the number {reason}"))
}

fn hex_of(integer: &U256) -> String {
    Padded::from_be_bytes(integer.to_be_bytes().as_ref()).to_hex()
}
