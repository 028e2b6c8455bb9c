//! Exchanges with a server that knows the verifier and never sees the password.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{U256, U3072};

use super::group::{Element, GENERATOR, MULTIPLIER};
use super::key_exchange::{Proof, scrambler, session_key, sign};
use super::padding::Padded;
use super::{Credentials, DeviceVerifier, EphemeralKey, ServerValues};
use crate::error::{Error, ErrorKind, Result};

const PASSWORD: &str = "p\u{e4}ssw\u{f6}rd: \u{1f511}";
const SECRET_BLOCK: &str = "c2VjcmV0IGJsb2Nr";

/// The service's half of the exchange, computed the plain way.
struct Server {
    verifier: Element,
    salt: String,
    private: U256,
}

impl Server {
    fn for_password(credentials: &Credentials<'_>) -> Self {
        let salt = "fc5f4d0bb754777037c53c901e87e0e";
        let private_key = credentials.private_key(&Padded::from_hex(salt).unwrap());
        Self::with(GENERATOR.pow(&*private_key), salt.to_owned())
    }

    fn with(verifier: Element, salt: String) -> Self {
        Self { verifier, salt, private: U256::from_be_hex(&"5eed".repeat(16)) }
    }

    fn public(&self) -> Padded {
        let multiplier = Element::new(&MULTIPLIER.resize());
        Padded::from_integer(&(multiplier * self.verifier + GENERATOR.pow(&self.private)).retrieve())
    }

    fn expected_signature(&self, client_public: &str, group: &str, user: &str, timestamp: &str) -> String {
        let client_public = Padded::from_hex(client_public).unwrap();
        let scrambler = scrambler(&client_public, &self.public());
        let base = Element::new(&client_public.to_integer()) * self.verifier.pow(&scrambler);
        let shared = Padded::from_integer(&base.pow(&self.private).retrieve());
        let key = session_key(&scrambler, &shared);
        sign(&key[..], group, user, &STANDARD.decode(SECRET_BLOCK).unwrap(), timestamp)
    }
}

fn credentials(password: &str) -> Credentials<'_> {
    Credentials { group: "AbCdEfGhI", user: "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6", password }
}

fn server_time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(949_374_245)
}

fn prove(key: &EphemeralKey, salt: &str, srp_b: &str, secret_block: &str) -> Result<Proof> {
    key.prove(&credentials(PASSWORD), &ServerValues { salt, srp_b, secret_block }, server_time())
}

#[test]
fn a_server_that_knows_only_the_verifier_accepts_the_right_password_alone() {
    let server = Server::for_password(&credentials(PASSWORD));
    let key = EphemeralKey::generate().unwrap();
    let proof = prove(&key, &server.salt, &server.public().to_hex(), SECRET_BLOCK).unwrap();
    assert_eq!(proof.timestamp, "Tue Feb 1 03:04:05 UTC 2000");

    let Credentials { group, user, .. } = credentials(PASSWORD);
    let expected =
        |server: &Server| server.expected_signature(key.public_hex(), group, user, &proof.timestamp);
    assert_eq!(proof.signature, expected(&server));
    assert_ne!(proof.signature, expected(&Server::for_password(&credentials("another password"))));
}

#[test]
fn the_largest_keys_do_not_overflow() {
    let server = Server { private: U256::MAX, ..Server::for_password(&credentials(PASSWORD)) };
    for private in [U256::ZERO, U256::ONE, U256::MAX] {
        let key = EphemeralKey::from_private(private.into());
        let proof = prove(&key, &server.salt, &server.public().to_hex(), SECRET_BLOCK).unwrap();
        let Credentials { group, user, .. } = credentials(PASSWORD);
        assert_eq!(
            proof.signature,
            server.expected_signature(key.public_hex(), group, user, &proof.timestamp)
        );
    }
}

#[test]
fn every_key_is_a_fresh_one() {
    let keys = [EphemeralKey::generate().unwrap(), EphemeralKey::generate().unwrap()];
    assert_ne!(keys[0].public_hex(), keys[1].public_hex());
}

#[test]
fn srp_a_is_lower_case_hexadecimal_without_leading_zeros() {
    let key = EphemeralKey::from_private(U256::from_u8(8).into());
    assert_eq!(key.public_hex(), "100");
    let key = EphemeralKey::generate().unwrap();
    assert!(key.public_hex().bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
    assert!(!key.public_hex().starts_with('0'));
}

#[test]
fn a_remembered_device_proves_itself_the_same_way() {
    let (group, user) = ("-FDRunwQv", "eu-west-2_627477ae-3631-4248-bed9-d2e934100372");
    let device = DeviceVerifier::generate(group, user).unwrap();
    let password = device.password.expose();
    assert_eq!(STANDARD.decode(password).unwrap().len(), 40);

    // The service reads both values as signed numbers: neither may be negative.
    let salt = STANDARD.decode(&device.salt_base64).unwrap();
    let verifier = STANDARD.decode(&device.verifier_base64).unwrap();
    assert!(salt[0] < 0x80 && verifier[0] < 0x80);
    assert!((12..=17).contains(&salt.len()), "16 random bytes");

    let verifier = Element::new(&Padded::from_be_bytes(&verifier).to_integer());
    let server = Server::with(verifier, Padded::from_be_bytes(&salt).to_hex());
    let key = EphemeralKey::generate().unwrap();
    let values =
        ServerValues { salt: &server.salt, srp_b: &server.public().to_hex(), secret_block: SECRET_BLOCK };
    let proof = key.prove(&Credentials { group, user, password }, &values, server_time()).unwrap();
    assert_eq!(proof.signature, server.expected_signature(key.public_hex(), group, user, &proof.timestamp));
}

#[test]
fn every_device_gets_a_password_and_a_salt_of_its_own() {
    let [one, other] = [(); 2].map(|()| DeviceVerifier::generate("group", "device").unwrap());
    assert_ne!(one.password.expose(), other.password.expose());
    assert_ne!(one.salt_base64, other.salt_base64);
    assert_ne!(one.verifier_base64, other.verifier_base64);
}

fn refusal(salt: &str, srp_b: &str, secret_block: &str) -> Error {
    let key = EphemeralKey::from_private(U256::from_u8(7).into());
    let error = prove(&key, salt, srp_b, secret_block).map(|proof| proof.signature).expect_err("a refusal");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, "InvalidChallengeParameters"));
    assert!(error.hint().is_some());
    error
}

#[test]
fn a_public_value_that_would_give_the_secret_away_is_refused() {
    let modulus = Padded::from_integer(Element::MODULUS.as_ref()).to_hex();
    for srp_b in ["0", "0000000000", &modulus, &modulus.to_uppercase(), &format!("00{modulus}")] {
        let message = refusal("1", srp_b, SECRET_BLOCK).to_string();
        assert_eq!(message, "the challenge parameter SRP_B is a multiple of the group's prime");
    }
}

#[test]
fn a_number_beyond_the_group_is_refused() {
    let twice = U3072::from_be_slice(Element::MODULUS.as_ref().to_be_bytes().as_ref());
    let twice = format!("1{}", Padded::from_integer(&twice.wrapping_shl_vartime(1)).to_hex());
    for srp_b in [twice, "f".repeat(769), "0".repeat(1 << 20)] {
        let message = refusal("1", &srp_b, SECRET_BLOCK).to_string();
        assert_eq!(message, "the challenge parameter SRP_B is longer than 3072 bits");
    }
    assert_eq!(
        refusal(&"f".repeat(769), "5", SECRET_BLOCK).message(),
        "the challenge parameter SALT is longer than 3072 bits"
    );
}

#[test]
fn what_is_not_hexadecimal_or_base64_is_refused_by_name_and_not_shown() {
    for garbage in ["", "za", "DUMMY_SALT", "0x1", "-1", "1 ", "\u{e9}"] {
        assert!(
            refusal(garbage, "5", SECRET_BLOCK).message().starts_with("the challenge parameter SALT is ")
        );
        let message = refusal("1", garbage, SECRET_BLOCK).to_string();
        assert!(message.starts_with("the challenge parameter SRP_B is "));
        assert!(garbage.is_empty() || !message.contains(garbage));
    }
    for garbage in ["not base64 encoded", "c2Vjc", "c2VjcmV0IGJsb2Nr=", "c2VjcmV0_-==", "c2Vj\ncmV0"] {
        let message = refusal("1", "5", garbage).to_string();
        assert_eq!(message, "the challenge parameter SECRET_BLOCK is not base64");
    }
    for (secret_block, reason) in [(String::new(), "is empty"), ("A".repeat(64 << 20), "is too long")] {
        let message = refusal("1", "5", &secret_block).to_string();
        assert_eq!(message, format!("the challenge parameter SECRET_BLOCK {reason}"));
    }
}

#[test]
fn an_impossible_clock_is_an_error_of_this_machine() {
    let key = EphemeralKey::from_private(U256::from_u8(7).into());
    let values = ServerValues { salt: "1", srp_b: "5", secret_block: SECRET_BLOCK };
    // Beyond the year 9999, and yet a time that Windows has.
    let far = UNIX_EPOCH + Duration::from_secs(1 << 39);
    let error =
        key.prove(&credentials(PASSWORD), &values, far).map(|proof| proof.signature).expect_err("a refusal");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Local, "InvalidClock"));
}

#[test]
fn the_multiplier_is_the_hash_of_the_group() {
    let modulus = Padded::from_integer(Element::MODULUS.as_ref());
    let generator = Padded::from_integer(&GENERATOR.retrieve());
    let hash = crate::digest::sha256(&[modulus.as_bytes(), generator.as_bytes()]);
    assert_eq!(MULTIPLIER, U256::from_be_slice(&hash[..]));
}
