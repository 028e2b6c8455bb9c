//! The next step of a person, where a session has no sign-in to go on with.

use super::call::Call;
use super::inner::Inner;
use super::repository::Repository;
use crate::config::missing;
use crate::error::{Error, Result};
use crate::store::StorePlace;

/// The store of the user's own that a session in memory does not look into.
const OWN_STORE: &str = "file";

/// The error for a session whose store has nothing that fits, and that has nothing to begin with.
pub(super) async fn nothing_stored(call: &Call<'_>) -> Error {
    let Inner { request, repository, values, .. } = &**call.session;
    let (what, variable) = match request.username(values) {
        _ if !request.may_sign_in => ("refresh token", "COGNITO_REFRESH_TOKEN"),
        None => ("user name", "COGNITO_USER_NAME"),
        Some(_) => ("password", "COGNITO_PASSWORD"),
    };
    let message = format!(
        "nothing that fits is stored in {}, and there is no {what} to begin with: {variable} is not set and no \
         argument gives it",
        repository.place()
    );
    let hint = match (sign_in_command(call), sign_ins_elsewhere(call).await) {
        (Some(command), _) => format!("Sign in once with {command}, or give the {what} ({variable})."),
        (None, Some(elsewhere)) => format!("{elsewhere} Use it, or give the {what} ({variable})."),
        (None, None) => format!(
            "Give the {what} ({variable}), or sign in once with `cognitoken login` and name its store here: file \
             (COGNITO_STORE). Tokens in memory belong to this program alone."
        ),
    };
    missing(what, variable).with_message(message).with_hint(hint)
}

/// The refusal of a stored refresh token, with the command that a person signs in with.
pub(super) fn sign_in_again(call: &Call<'_>, refusal: Error) -> Error {
    let command = sign_in_command(call).filter(|_| refusal.meaning().refresh_token_lost);
    let Some(command) = command else { return refusal };
    let hint = refusal.hint().map(|hint| format!("{hint} ")).unwrap_or_default();
    refusal.with_hint(format!("{hint}A person does that with {command}."))
}

/// The error for a client that nothing names, with a sign-in that is stored elsewhere.
pub(super) async fn client_unknown(call: &Call<'_>, error: Error) -> Error {
    if error.lacks() != Some("client_id") {
        return error;
    }
    match sign_ins_elsewhere(call).await {
        Some(elsewhere) => {
            let hint = error.hint().map(|hint| format!(" {hint}")).unwrap_or_default();
            error.with_hint(format!("{elsewhere}{hint}"))
        }
        None => error,
    }
}

/// The command whose sign-in this session finds; `None` where it looks at nothing that another program stores.
fn sign_in_command(call: &Call<'_>) -> Option<String> {
    let Inner { repository, values, .. } = &**call.session;
    if !repository.store().is_shared() {
        return None;
    }
    Some(match values.environment().profile() {
        Some(profile) => format!("`cognitoken login --profile {}`", profile.name()),
        None => "`cognitoken login` and the same store".to_owned(),
    })
}

/// A sentence about the sign-ins that fit in the user's own store, for a session that looks into its memory alone. A
/// store that does not work has none.
async fn sign_ins_elsewhere(call: &Call<'_>) -> Option<String> {
    let Inner { request, repository, values, .. } = &**call.session;
    let is_alone = !repository.store().is_shared() && values.environment().profile().is_none();
    if !is_alone || request.client_credentials.is_some() {
        return None;
    }
    let look = users_in_own_store(call);
    let found = tokio::time::timeout_at(call.budget.deadline(), look).await.ok()?.ok()?;
    let users = found.into_iter().reduce(|users, user| format!("{users}, {user}"))?;
    Some(format!("`store=\"{OWN_STORE}\"` has a sign-in of {users} (COGNITO_STORE={OWN_STORE})."))
}

async fn users_in_own_store(call: &Call<'_>) -> Result<Vec<String>> {
    let Inner { request, values, .. } = &**call.session;
    let own = Repository::open(&StorePlace::parse(OWN_STORE)?, values)?.within(call.budget.remaining());
    let wanted = request.wanted(values)?;
    let fitting = own.look().await?.into_iter().filter(|identity| wanted.fits(identity));
    Ok(fitting.filter_map(|identity| identity.user.map(|user| user.shown)).collect())
}
