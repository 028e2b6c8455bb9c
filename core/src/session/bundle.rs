//! Bundles: a sign-in as one text to take to another machine, sealed with a key that both ends know.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::call::Call;
use super::inner::Inner;
use super::stored_sign_in::StoredSignIn;
use crate::config::{Environment, SecretsInUse, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::http::CallBudget;
use crate::store::{SealingKey, untrusted_store};
use crate::tokens::Tokens;

const VARIABLE: &str = "COGNITO_BUNDLE_KEY";

/// The beginning of a bundle, which names its version; the seal is bound to it.
const FORM: &str = "cognitoken-bundle-1.";

/// Returns the stored sign-in as one line of text.
pub(super) async fn export(session: &Arc<Inner>, environment: &Environment) -> Result<String> {
    let key = bundle_key(environment)?;
    let (_, stored) = Call::new(session).find_in_time().await?;
    let Some(stored) = stored else {
        let place = session.repository.place();
        let message = format!("nobody is signed in: nothing that fits is stored in {place}");
        let hint = if session.repository.store().is_shared() {
            "Sign in first, with the same store."
        } else {
            "Sign in first, in this session, or name the store of an earlier sign-in: file (COGNITO_STORE)."
        };
        return Err(Error::new(ErrorKind::Authentication, "NotSignedIn", message).with_hint(hint));
    };
    let plain = serde_json::to_vec(&stored.sign_in).map(Zeroizing::new).map_err(|_| unreadable())?;
    Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(key.seal(FORM, &plain)?)))
}

/// Takes the sign-in of a bundle into the session and its store.
pub(super) async fn import(
    session: &Arc<Inner>,
    bundle: &str,
    environment: &Environment,
) -> Result<Arc<Tokens>> {
    let key = bundle_key(environment)?;
    let sealed = bundle.trim().strip_prefix(FORM).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let plain = key.open(FORM, &sealed.ok_or_else(unreadable)?)?.ok_or_else(unreadable)?;
    let sign_in: StoredSignIn = serde_json::from_slice(&plain).map_err(|_| unreadable())?;

    let Inner { request, values, .. } = &**session;
    if session.store_is_from_dotenv {
        return Err(untrusted_store());
    }
    let known = request.known(values)?;
    let wanted = request.wanted(values)?;
    if !wanted.fits(&sign_in.identity) && !wanted.fits_in_another_case(&sign_in.identity) {
        let message = format!(
            "the bundle holds the sign-in of {}, which does not match this session",
            sign_in.identity.describe()
        );
        return Err(Error::new(ErrorKind::Config, "OtherIdentity", message)
            .with_hint("Give the client_id, region and username of the bundle's sign-in, or none."));
    }
    let config = sign_in.config(known.client_secret, known.timeout)?;
    let budget = CallBudget::new(request.timeout());
    let tokens = sign_in.restore(Arc::new(config), session.client_metadata());
    session.within(&budget, session.store_new(&budget, tokens, None)).await
}

/// Seals any content in the form of a bundle.
#[cfg(feature = "test-util")]
pub(crate) fn seal(key: &str, content: &[u8]) -> Result<String> {
    let sealed = SealingKey::from_text(VARIABLE, key)?.seal(FORM, content)?;
    Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(sealed)))
}

/// Reads the key from the process's environment alone: the author of a `.env` file must not be able to open the bundle.
fn bundle_key(environment: &Environment) -> Result<SealingKey> {
    let values = Values::new(environment, SecretsInUse::default().and_elsewhere(true));
    let key = values.secret(VARIABLE)?.ok_or_else(|| {
        let error = values.missing_secret("key for the bundle", VARIABLE);
        let error = match environment.has(VARIABLE) {
            true => error.with_message(format!("{VARIABLE} in .env is not used for a bundle")),
            false => error,
        };
        error.with_hint(format!(
            "Make one with `openssl rand -base64 32`, and set it as {VARIABLE} in the environment on both ends."
        ))
    })?;
    SealingKey::from_text(key.variable, key.text)
}

fn unreadable() -> Error {
    let message = format!("the text is not a bundle that the key in {VARIABLE} opens");
    Error::new(ErrorKind::Store, "InvalidBundle", message).with_hint(
        "Pass on the whole line that `cognitoken export` printed, and the key that it was made with.",
    )
}
