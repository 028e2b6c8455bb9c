//! The form that values have in a store: plain, or sealed; and what is believed of what is found there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::sealer::Sealer;
use super::sealing_key::SealingKey;
use crate::error::{Error, ErrorKind, Result};

/// The stored form of one value: the value itself, which is JSON, or the sealed value.
#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    version: u32,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    entry: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    /// The source of the key.
    by: String,
    /// The name of the key.
    key: String,
    value: String,
}

/// The part that all versions have in common.
#[derive(Deserialize)]
struct Header {
    version: u32,
    sealed: Option<IgnoredAny>,
}

/// The content of an envelope.
pub(crate) enum Decoded {
    Value(Zeroizing<Vec<u8>>),
    /// Written by a later version of this library.
    Newer,
    Damaged,
    /// It has no seal, and only sealed values are believed here.
    NotSealed,
}

impl Sealer {
    /// Puts a value, which is JSON, into the envelope that is stored under this name.
    pub(crate) async fn close(&self, version: u32, name: &str, value: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let envelope = match self.key(true).await? {
            None => {
                let entry = serde_json::from_slice(value).map_err(unwritable)?;
                Envelope { version, entry: Some(entry), sealed: None }
            }
            Some((by, key)) => {
                let value = BASE64.encode(key.seal(name, value)?);
                let sealed = Sealed { by, key: key.fingerprint(), value };
                Envelope { version, entry: None, sealed: Some(sealed) }
            }
        };
        serde_json::to_vec(&envelope).map(Zeroizing::new).map_err(unwritable)
    }

    /// Opens the envelope that was found under this name. Later versions than `version` are not understood. `place` is
    /// where the store is, for a person.
    ///
    /// # Errors
    /// [`ErrorKind::Store`], code `WrongKey`, where it was sealed with a key that is not at hand.
    pub(crate) async fn open(&self, version: u32, place: &str, name: &str, bytes: &[u8]) -> Result<Decoded> {
        let Ok(header) = serde_json::from_slice::<Header>(bytes) else { return Ok(Decoded::Damaged) };
        if header.sealed.is_none() && self.requires_seal() {
            return Ok(Decoded::NotSealed);
        }
        if header.version > version {
            return Ok(Decoded::Newer);
        }
        let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(bytes) else { return Ok(Decoded::Damaged) };
        let value = match (envelope.sealed, envelope.entry) {
            (Some(sealed), _) => {
                let key = self.key_for(&sealed, place).await?;
                let Ok(value) = BASE64.decode(&sealed.value) else { return Ok(Decoded::Damaged) };
                key.open(name, &value)?
            }
            (None, entry) => entry.map(|entry| Zeroizing::new(entry.get().as_bytes().to_vec())),
        };
        Ok(value.map_or(Decoded::Damaged, Decoded::Value))
    }

    /// The key that this value was sealed with. Without it the value is neither read nor touched.
    async fn key_for(&self, sealed: &Sealed, place: &str) -> Result<SealingKey> {
        let (complaint, hint) = match self.key(false).await? {
            Some((_, key)) if key.fingerprint() == sealed.key => return Ok(key),
            Some((by, _)) if by == sealed.by => {
                ("was sealed with another key", format!("Give the key that it was sealed with ({by})."))
            }
            _ => (
                "is sealed, and its key is not at hand",
                format!("The key comes from {}: make it available here, or use another store.", sealed.by),
            ),
        };
        let message = format!("what is stored in {place} {complaint}");
        Err(Error::new(ErrorKind::Store, "WrongKey", message).with_hint(hint))
    }
}

fn unwritable(fault: serde_json::Error) -> Error {
    Error::new(ErrorKind::Store, "StoreUnusable", format!("the value cannot be written: {fault}"))
}
