//! The service's half of SRP-6a, computed the plain way: it knows a verifier, never a password, and checks the proof.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U3072};
use serde_json::{Value, json};

use super::cognito::{PASSWORD, USERNAME, wrong_password};
use super::service::{Call, Reply};

pub(crate) const MODULUS: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5\
    AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
    9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9\
    DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A\
    8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64\
    521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
const PRIVATE: &str = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed";
const SALT: &str = "fc5f4d0bb754777037c53c901e87e0e";
/// Base64 with every kind of character: it has to come back as it went.
pub(crate) const SECRET_BLOCK: &str = "+/v7/A+/bG9jaw==";

/// A user, or a device, that the service knows the verifier of.
#[derive(Clone)]
pub(crate) struct SrpServer {
    group: String,
    user: String,
    salt: String,
    verifier: Number,
    /// `SRP_A` as it came last.
    client_public: Arc<Mutex<Option<String>>>,
}

impl SrpServer {
    /// Ada, with her password.
    pub(crate) fn of_ada() -> Self {
        let hash = sha256(&[b"AbCdEfGhI", USERNAME.as_bytes(), b":", PASSWORD.as_bytes()]);
        let private = U256::from_be_slice(&sha256(&[&pad(&number(SALT)), &hash]));
        Self::with_verifier("AbCdEfGhI", USERNAME, SALT.to_owned(), power(&U3072::from_u8(2), &private))
    }

    /// A device, by what ConfirmDevice told of it.
    pub(crate) fn of_device(group: &str, key: &str, confirmation: &Call) -> Self {
        let body = confirmation.body();
        let config = &body["DeviceSecretVerifierConfig"];
        let bytes = |name: &str| STANDARD.decode(config[name].as_str().unwrap()).unwrap();
        let verifier = modular(&from_bytes(&bytes("PasswordVerifier")));
        Self::with_verifier(group, key, hex(&bytes("Salt")), verifier)
    }

    fn with_verifier(group: &str, user: &str, salt: String, verifier: Number) -> Self {
        let client_public = Arc::default();
        Self { group: group.to_owned(), user: user.to_owned(), salt, verifier, client_public }
    }

    /// PASSWORD_VERIFIER, by what the client said of itself in the request that this answers.
    pub(crate) fn challenge(&self) -> Reply {
        self.challenge_with("PASSWORD_VERIFIER", json!({"USERNAME": USERNAME, "USER_ID_FOR_SRP": USERNAME}))
    }

    /// The challenge of this name, with these parameters over those of SRP.
    pub(crate) fn challenge_with(&self, name: &str, extra: Value) -> Reply {
        let (server, name) = (self.clone(), name.to_owned());
        Reply::by(move |call| {
            *server.client_public.lock().unwrap() =
                Some(call.parameter("SRP_A").as_str().unwrap().to_owned());
            let mut parameters = json!({
                "SALT": server.salt, "SRP_B": hex(&pad(&server.public())), "SECRET_BLOCK": SECRET_BLOCK,
            });
            for (name, value) in extra.as_object().unwrap() {
                parameters[name] = value.clone();
            }
            Reply::json(200, &json!({"ChallengeName": name, "ChallengeParameters": parameters}))
        })
    }

    /// The reply to the right proof; a wrong one is told that the password is wrong.
    pub(crate) fn if_proved(&self, then: Reply) -> Reply {
        let server = self.clone();
        Reply::by(move |call| if server.accepts(call) { then } else { wrong_password() })
    }

    fn accepts(&self, call: &Call) -> bool {
        let given = |name: &str| call.parameter(name).as_str().unwrap_or_default().to_owned();
        let Some(client_public) = self.client_public.lock().unwrap().take() else {
            return false;
        };
        let client_public = number(&client_public);
        let scrambler = U256::from_be_slice(&sha256(&[&pad(&client_public), &pad(&self.public())]));
        let base = modular(&client_public).mul(&self.verifier.pow_vartime(&scrambler));
        let shared = base.pow_vartime(&U256::from_be_hex(PRIVATE)).retrieve();
        let key = hkdf_16(&pad(&scrambler.resize()), &pad(&shared));
        let block = STANDARD.decode(SECRET_BLOCK).unwrap();
        let parts =
            [self.group.as_bytes(), self.user.as_bytes(), &block, given("TIMESTAMP").as_bytes()].concat();
        let expected = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &parts);
        given("PASSWORD_CLAIM_SECRET_BLOCK") == SECRET_BLOCK
            && given("PASSWORD_CLAIM_SIGNATURE") == STANDARD.encode(expected)
    }

    /// `B = k v + g^b`
    fn public(&self) -> U3072 {
        let multiplier = from_bytes(&sha256(&[&pad(&number(MODULUS)), &pad(&U3072::from_u8(2))]));
        let share = modular(&multiplier).mul(&self.verifier);
        share.add(&power(&U3072::from_u8(2), &U256::from_be_hex(PRIVATE))).retrieve()
    }
}

type Number = FixedMontyForm<{ U3072::LIMBS }>;

fn modular(integer: &U3072) -> Number {
    let modulus = Odd::new(U3072::from_be_hex(MODULUS)).unwrap();
    FixedMontyForm::new(integer, &FixedMontyParams::new_vartime(modulus))
}

fn power(base: &U3072, exponent: &U256) -> Number {
    modular(base).pow_vartime(exponent)
}

fn number(digits: &str) -> U3072 {
    U3072::from_be_hex(&format!("{digits:0>768}"))
}

fn from_bytes(bytes: &[u8]) -> U3072 {
    number(hex(bytes).trim_start_matches('0'))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Java's `BigInteger.toByteArray` of a number that is not negative.
fn pad(number: &U3072) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let minimal: Vec<u8> = bytes.as_ref().iter().copied().skip_while(|byte| *byte == 0).collect();
    let sign = minimal.first().is_none_or(|first| *first >= 0x80).then_some(0);
    sign.into_iter().chain(minimal).collect()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    digest::digest(&digest::SHA256, &parts.concat()).as_ref().try_into().unwrap()
}

fn hkdf_16(salt: &[u8], secret: &[u8]) -> [u8; 16] {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret);
    let expanded =
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), b"Caldera Derived Key\x01");
    expanded.as_ref()[..16].try_into().unwrap()
}
