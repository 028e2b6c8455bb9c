//! A refusal of a service, and the kind of request that it refused.

/// The kind of a request: the same error code means different things in different requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
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
    /// `GetId` of an identity pool.
    GetId,
    /// `GetCredentialsForIdentity` of an identity pool.
    GetCredentialsForIdentity,
    /// The domain's token endpoint, for the client itself.
    ClientCredentials,
    /// The domain's sign-in page.
    SignInPage,
    /// The domain's token endpoint, for the code of the sign-in page.
    CodeRedemption,
    /// The domain's token endpoint, for a refresh token.
    DomainRefresh,
    /// The domain's revocation endpoint.
    DomainRevocation,
    /// A document that anybody may read.
    Document,
}

impl RequestKind {
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

/// A refusal in the service's own words, neither shortened nor redacted, and so never shown.
pub(crate) struct Refusal<'a> {
    pub(crate) request_kind: RequestKind,
    pub(crate) status: u16,
    /// The header `x-amzn-waf-action`.
    pub(crate) waf_action: Option<&'a str>,
    /// The name of the error; `None` where the answer is not in the form of the API or of OAuth.
    pub(crate) code: Option<&'a str>,
    /// The message beside the name; empty if there is none.
    pub(crate) message: &'a str,
    /// The form of an answer without a name.
    pub(crate) form: Form,
}

/// The form of an answer that is neither the API's nor OAuth's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Form {
    pub(crate) is_html: bool,
    /// `true` for an address that is not AWS's: the service may be an emulator.
    pub(crate) is_elsewhere: bool,
}
