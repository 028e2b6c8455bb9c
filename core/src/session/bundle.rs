//! A sign-in on its way to another machine: one text, sealed with a key that both ends know.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::entry::Entry;
use super::silent::Flight;
use super::{Inner, Session};
use crate::config::{Environment, SecretsInUse, Values, missing};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{CallBudget, Transport};
use crate::store::{SealingKey, untrusted_store};
use crate::tokens::Tokens;

const VARIABLE: &str = "COGNITO_BUNDLE_KEY";

/// What a bundle begins with, and is bound to: the form that it has.
const FORM: &str = "cognitoken-bundle-1.";

impl Session {
    /// The stored sign-in as one line of text, sealed with the key in `COGNITO_BUNDLE_KEY` (32 bytes in base64 or
    /// hexadecimal digits): for a job in a container that starts from a person's sign-in.
    ///
    /// Both ends have the same refresh token then. Where the app client rotates refresh tokens, the end that refreshes
    /// first keeps the sign-in, and the other one loses it: hand over, do not share.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the key is missing or malformed; [`ErrorKind::Authentication`], code `NotSignedIn`,
    /// where nothing is stored; [`ErrorKind::Store`].
    pub async fn export(&self, transport: &Transport, environment: &Environment) -> Result<String> {
        self.refuse_fixed("sign-in to export")?;
        let key = bundle_key(environment)?;
        let budget = Arc::new(CallBudget::new(self.inner.request.timeout()));
        let flight = Flight { session: &self.inner, transport, budget: Arc::clone(&budget) };
        let (_, found) = self.inner.within(&budget, flight.find()).await?;
        let Some(found) = found else {
            let message = format!("nobody is signed in: nothing that fits is stored in {}", self.place());
            return Err(Error::new(ErrorKind::Authentication, "NotSignedIn", message)
                .with_hint(if self.inner.entries.store().is_shared() {
                    "Sign in first, with the same store."
                } else {
                    "Sign in first, in this session, or name the store of an earlier sign-in: file (COGNITO_STORE)."
                }));
        };
        let plain = serde_json::to_vec(&found.entry).map(Zeroizing::new).map_err(|_| unreadable())?;
        Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(key.seal(FORM, &plain)?)))
    }

    /// Takes the sign-in of a bundle into the session and its store.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the key is missing or malformed, and code `OtherIdentity` where the bundle is not of
    /// the client or user of this session; [`ErrorKind::Store`], code `InvalidBundle`, for a text that is no bundle, or
    /// one sealed with another key.
    pub async fn import(
        &self,
        transport: &Transport,
        bundle: &str,
        environment: &Environment,
    ) -> Result<Arc<Tokens>> {
        self.refuse_fixed("sign-in to import")?;
        let key = bundle_key(environment)?;
        let sealed = bundle.trim().strip_prefix(FORM).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let plain = key.open(FORM, &sealed.ok_or_else(unreadable)?)?.ok_or_else(unreadable)?;
        let entry: Entry = serde_json::from_slice(&plain).map_err(|_| unreadable())?;

        let Inner { request, values, .. } = &*self.inner;
        if self.inner.store_is_from_dotenv {
            return Err(untrusted_store());
        }
        let known = request.known(values)?;
        let wanted = request.wanted(values)?;
        if !wanted.fits(&entry.identity) && !wanted.fits_in_another_case(&entry.identity) {
            let message = format!(
                "the bundle is of {}: that is not whom this session is for",
                entry.identity.describe()
            );
            return Err(Error::new(ErrorKind::Config, "OtherIdentity", message)
                .with_hint("Give the client_id, region and username of the bundle, or none."));
        }
        let config = entry.config(known.client_secret, known.timeout)?;
        let budget = CallBudget::new(request.timeout());
        let tokens = entry.restore(Arc::new(config));
        self.inner.within(&budget, self.inner.store_new(transport, &budget, tokens, None)).await
    }
}

/// Any content in the form of a bundle.
#[cfg(feature = "fuzzing")]
pub(crate) fn seal(key: &str, content: &[u8]) -> Result<String> {
    let sealed = SealingKey::from_text(VARIABLE, key)?.seal(FORM, content)?;
    Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(sealed)))
}

/// The key of the process's environment alone: whoever writes the `.env` file of a folder must not be able to open the
/// sign-in that leaves it.
fn bundle_key(environment: &Environment) -> Result<SealingKey> {
    let values = Values::new(environment, SecretsInUse::default().and_elsewhere(true));
    let text = values.get(VARIABLE).ok_or_else(|| {
        let error = missing("key for the bundle", VARIABLE);
        let error = match environment.has(VARIABLE) {
            true => error.with_message(format!("{VARIABLE} in .env is not used for a bundle")),
            false => error,
        };
        error.with_hint(format!(
            "Make one with `openssl rand -base64 32`, and set it as {VARIABLE} in the environment on both ends."
        ))
    })?;
    SealingKey::from_text(VARIABLE, text)
}

fn unreadable() -> Error {
    let message = format!("the text is not a bundle that the key in {VARIABLE} opens");
    Error::new(ErrorKind::Store, "InvalidBundle", message).with_hint(
        "Pass on the whole line that `cognitoken export` printed, and the key that it was made with.",
    )
}
