//! A key of our own to sign tokens with, in the place of a user pool's.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) struct SigningKey {
    pair: KeyPair,
    pub(crate) key_id: String,
}

impl SigningKey {
    pub(crate) fn generate(key_id: &str) -> Self {
        Self { pair: KeyPair::generate(KeySize::Rsa2048).unwrap(), key_id: key_id.to_owned() }
    }

    pub(crate) fn jwk(&self) -> Value {
        let public: RsaPublicKeyComponents<Vec<u8>> = self.pair.public_key().into();
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id,
            "n": URL_SAFE_NO_PAD.encode(&public.n), "e": URL_SAFE_NO_PAD.encode(&public.e),
        })
    }

    pub(crate) fn jwks(&self) -> Value {
        json!({"keys": [self.jwk()]})
    }

    /// A token as Cognito would make it.
    pub(crate) fn token(&self, payload: &Value) -> String {
        self.token_with_header(&json!({"kid": self.key_id, "alg": "RS256"}), payload)
    }

    /// A token with a genuine signature over any header.
    pub(crate) fn token_with_header(&self, header: &Value, payload: &Value) -> String {
        self.sign(&format!("{}.{}", part(header), part(payload)))
    }

    /// A genuine signature over any text, put behind it.
    pub(crate) fn sign(&self, signed: &str) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub(crate) fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
