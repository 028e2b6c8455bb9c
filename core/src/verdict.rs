//! The judge of what Cognito says: what a refusal means is decided here, once, and travels with the [`Error`].
//!
//! [`Error`]: crate::Error

mod table;
#[cfg(test)]
mod tests;

use crate::error::ErrorKind;

/// The name of a mistyped code, for a service that refuses one without an error of its own.
pub(crate) const CODE_MISMATCH: &str = "CodeMismatchException";

/// The name under which a firewall's page is reported, as the API names the same refusal.
pub(crate) const FORBIDDEN: &str = "ForbiddenException";

/// The request that was refused: one and the same code has another meaning in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `InitiateAuth` with `USER_PASSWORD_AUTH`.
    PasswordSignIn,
    /// `InitiateAuth` with `USER_SRP_AUTH`.
    SrpSignIn,
    /// `InitiateAuth` with `CUSTOM_AUTH`.
    CustomSignIn,
    /// `InitiateAuth` with `USER_AUTH`.
    ChoiceSignIn,
    /// `InitiateAuth` with `REFRESH_TOKEN_AUTH`.
    RefreshTokenAuth,
    GetTokensFromRefreshToken,
    /// `RespondToAuthChallenge` with a password.
    PasswordAnswer,
    /// `RespondToAuthChallenge` with the proof of a password.
    PasswordProof,
    /// `RespondToAuthChallenge` with the proof of a device.
    DeviceProof,
    /// `RespondToAuthChallenge` with an answer to the pool's own challenge.
    CustomAnswer,
    /// `RespondToAuthChallenge` with any other answer.
    Answer,
    AssociateSoftwareToken,
    VerifySoftwareToken,
    ConfirmDevice,
    UpdateDeviceStatus,
    ForgotPassword,
    ConfirmForgotPassword,
    ResendConfirmationCode,
    ConfirmSignUp,
    ChangePassword,
    RevokeToken,
    GlobalSignOut,
    /// The domain's token endpoint, for the client itself.
    ClientCredentials,
    /// The domain's sign-in page.
    SignInPage,
    /// The domain's token endpoint, for the code that the sign-in page gave.
    CodeRedemption,
    /// The domain's token endpoint, for a refresh token.
    DomainRefresh,
    /// The domain's revocation endpoint.
    DomainRevocation,
    /// A document that anybody may read.
    Document,
}

impl Asked {
    /// `InitiateAuth` with this flow.
    pub(crate) fn flow(name: &str) -> Self {
        match name {
            "USER_PASSWORD_AUTH" => Self::PasswordSignIn,
            "CUSTOM_AUTH" => Self::CustomSignIn,
            "USER_AUTH" => Self::ChoiceSignIn,
            "REFRESH_TOKEN_AUTH" => Self::RefreshTokenAuth,
            _ => Self::SrpSignIn,
        }
    }

    /// `RespondToAuthChallenge` to this challenge.
    pub(crate) fn answer(challenge: &str) -> Self {
        match challenge {
            "PASSWORD" | "SELECT_CHALLENGE" => Self::PasswordAnswer,
            "PASSWORD_VERIFIER" => Self::PasswordProof,
            "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER" => Self::DeviceProof,
            "CUSTOM_CHALLENGE" => Self::CustomAnswer,
            _ => Self::Answer,
        }
    }
}

/// What a service said, word for word: neither shortened nor redacted. Never shown.
pub(crate) struct Said<'a> {
    pub(crate) asked: Asked,
    pub(crate) status: u16,
    /// The header `x-amzn-waf-action`.
    pub(crate) waf_action: Option<&'a str>,
    /// The name of the error; `None` where the answer is not in the form of the API or of OAuth.
    pub(crate) code: Option<&'a str>,
    /// The words beside it; empty where there are none.
    pub(crate) message: &'a str,
    /// What an answer without a name is.
    pub(crate) form: Form,
}

/// The form of an answer that is neither the API's nor OAuth's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Form {
    pub(crate) is_html: bool,
    /// Whether the service is at an address that is not AWS's: it may be an emulator.
    pub(crate) is_elsewhere: bool,
}

/// Whether the same request may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Never,
    /// Later, where running twice is no harm: the service may have done something.
    Later,
    /// Later, whatever the request: the service turned it away unread.
    Unread,
}

/// What a refusal is about, as far as anything is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum About {
    /// Something else, or nobody knows.
    #[default]
    Other,
    /// The user, their password or their token: the request got as far as that.
    User,
    /// The user name or the password, one of which is wrong.
    Password,
    /// The new password, which the pool does not take.
    NewPassword,
    /// The code, which is not the right one.
    Code,
    /// The code, which is too old or was used before.
    ExpiredCode,
    /// The session of the sign-in, which is over.
    Session,
    /// The app client: it does not exist, or its secret is wrong or missing.
    Client,
    /// The flow, which the app client does not allow.
    Flow,
    /// The pool's configuration or its triggers.
    Pool,
    /// The device, which the pool does not know.
    Device,
    /// The refresh token, or the device that it belongs to: the pool calls either an invalid token.
    RefreshTokenOrDevice,
    /// The operation, which the service does not know.
    Operation,
    /// Perhaps the operation: the answer is none of the API's.
    PerhapsOperation,
    /// A firewall in front of the service.
    Firewall,
}

/// What of a verdict an error keeps beside its kind and its hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Meaning {
    /// Whether the refresh token will never be good again. A refusal of the client, of the request or of the moment
    /// says nothing about it.
    pub(crate) refresh_token_lost: bool,
    /// Whether the challenge that was answered can be answered again.
    pub(crate) challenge_waits: bool,
    pub(crate) about: About,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: ErrorKind,
    pub(crate) repeat: Repeat,
    pub(crate) meaning: Meaning,
    /// The next step for a person, where it is certain.
    pub(crate) hint: Option<&'static str>,
}

/// Judges a refusal by the first row of the table that it fits, and by its status.
pub(crate) fn judge(said: &Said<'_>) -> Verdict {
    let (code, words) = match (said.waf_action, said.code) {
        (Some(action), _) => (FORBIDDEN, action.to_ascii_lowercase()),
        (None, Some(code)) => (code, said.message.to_ascii_lowercase()),
        (None, None) => ("", table::formless(said.status, said.form)),
    };
    let verdict = table::find(said.asked, code, &words);
    if verdict.meaning.about == About::Firewall {
        return verdict;
    }
    let is_attempt_limit = verdict.kind == ErrorKind::Throttled && verdict.repeat == Repeat::Never;
    match said.status {
        429 if !is_attempt_limit => table::BUSY,
        500..
            if !is_attempt_limit
                && verdict.repeat == Repeat::Never
                && verdict.meaning.about != About::Operation =>
        {
            Verdict { repeat: Repeat::Later, hint: verdict.hint.or(table::FAILED.hint), ..verdict }
        }
        _ => verdict,
    }
}

/// The verdict on a code that is not the right one, for a service that says so without an error.
pub(crate) fn code_mismatch() -> Verdict {
    table::find(Asked::VerifySoftwareToken, CODE_MISMATCH, "")
}

/// The name of an error of the sign-in page, where it is one that is known there.
#[cfg(feature = "sso")]
pub(crate) fn known_at_sign_in_page(name: &str) -> Option<&'static str> {
    table::codes_at(Asked::SignInPage).find(|known| *known == name)
}
