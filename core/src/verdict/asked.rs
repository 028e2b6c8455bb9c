//! The question that was asked of a service, and what it said.

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
