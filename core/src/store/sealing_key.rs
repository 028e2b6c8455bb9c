//! Values that only the holder of a key can read, and that nobody can change unnoticed: AES-256-GCM (NIST SP 800-38D).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::digest::{hex, hex_digit, sha256};
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "keyring")]
use crate::random::random_bytes;

const KEY_BYTES: usize = 32;

const EITHER_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The key that values are sealed with: 32 random bytes.
#[derive(Clone)]
pub(crate) struct SealingKey(Zeroizing<[u8; KEY_BYTES]>);

impl SealingKey {
    /// A key that nobody knows yet.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] where the operating system has no random numbers.
    #[cfg(feature = "keyring")]
    pub(crate) fn generate() -> Result<Self> {
        random_bytes().map(Self)
    }

    /// A key as it is written down: base64 of either alphabet, or 64 hexadecimal digits. `variable` names the place
    /// that it comes from.
    pub(crate) fn from_text(variable: &str, text: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = from_hex(text).or_else(|| from_base64(text)).ok_or_else(|| {
            // The value is not shown: it is a key, if a damaged one.
            let message = format!(
                "{variable} is not a key: it must be 32 bytes, as base64 or as 64 hexadecimal digits"
            );
            Error::new(ErrorKind::Config, "InvalidKey", message)
                .with_hint("Make one with `openssl rand -base64 32`, and keep it as a secret.")
        })?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }

    /// The key in base64.
    #[cfg(feature = "keyring")]
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(&self.0[..]))
    }

    /// Tells two keys apart, and nothing about either.
    pub(crate) fn fingerprint(&self) -> String {
        hex(&sha256(&[b"cognitoken key\n", &self.0[..]])[..8])
    }

    /// Seals a value. `bound_to` is no part of the result, and only with the same one is it opened again: so that no
    /// value can be put in the place of another.
    pub(crate) fn seal(&self, bound_to: &str, value: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = value.to_vec();
        let nonce = self.cipher()?.seal_in_place_append_tag(Aad::from(bound_to.as_bytes()), &mut sealed);
        let nonce = nonce.map_err(|_| unusable("the value could not be sealed"))?;
        Ok([nonce.as_ref().as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) gave; `None` where it was changed, or sealed with another key or for another
    /// place.
    pub(crate) fn open(&self, bound_to: &str, sealed: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some((nonce, sealed)) = sealed.split_at_checked(NONCE_LEN) else { return Ok(None) };
        let Ok(nonce) = Nonce::try_assume_unique_for_key(nonce) else { return Ok(None) };
        let mut value = Zeroizing::new(sealed.to_vec());
        let opened = self.cipher()?.open_in_place(nonce, Aad::from(bound_to.as_bytes()), &mut value);
        let Ok(length) = opened.map(|opened| opened.len()) else { return Ok(None) };
        value.truncate(length);
        Ok(Some(value))
    }

    fn cipher(&self) -> Result<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0[..]).map_err(|_| unusable("the key could not be used"))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealingKey([redacted])")
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() != 2 * KEY_BYTES {
        return None;
    }
    let byte = |pair: &[u8]| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?);
    text.as_bytes().chunks_exact(2).map(byte).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, EITHER_PADDING).decode(text).ok())?;
    Some(Zeroizing::new(bytes)).filter(|bytes| bytes.len() == KEY_BYTES)
}

fn unusable(message: &str) -> Error {
    Error::new(ErrorKind::Store, "StoreUnusable", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey(Zeroizing::new([byte; KEY_BYTES]))
    }

    #[test]
    fn only_the_same_key_and_place_open_a_value() {
        let sealed = key(1).seal("place", b"value").unwrap();
        assert_eq!(key(1).open("place", &sealed).unwrap().unwrap().as_slice(), b"value");
        assert!(key(2).open("place", &sealed).unwrap().is_none());
        assert!(key(1).open("another place", &sealed).unwrap().is_none());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(key(1).open("place", &changed).unwrap().is_none());
        assert!(key(1).open("place", &sealed[..4]).unwrap().is_none());
        assert_ne!(key(1).seal("place", b"value").unwrap(), sealed);
        assert!(!sealed.windows(5).any(|window| window == b"value"));
    }

    #[test]
    fn a_key_is_read_in_every_usual_form() {
        for text in
            ["+/////////////////////////////////////////8=", "-_________________________________________8"]
        {
            assert_eq!(SealingKey::from_text("KEY", text).unwrap().0[0], 0xfb, "{text}");
        }
        assert_eq!(*SealingKey::from_text("KEY", &"0f".repeat(32)).unwrap().0, [0x0f; 32]);
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_shown() {
        for text in ["hunter2-hunter2", &"0f".repeat(31), "c2hvcnQ="] {
            let error = SealingKey::from_text("COGNITO_STORE_KEY", text).unwrap_err();
            assert_eq!(error.code(), "InvalidKey");
            assert!(!format!("{error:?}").contains(text));
        }
        assert_eq!(format!("{:?}", key(1)), "SealingKey([redacted])");
    }
}
