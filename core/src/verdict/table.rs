//! The table of verdicts, by the kind of request, the name of the error and the words of its message. The first row
//! that fits decides, so specific rows stand above general ones.
//!
//! Names: AWS's service model of cognito-idp; RFC 6749, 4.1.2.1 and 5.2; RFC 7009, 2.2.1; OpenID Connect Core 1.0,
//! 3.1.2.6. A hint stands only where the cause is certain.

use super::refusal::{Form, RequestKind};
use crate::error::{ErrorKind, Meaning, Repeat, Subject, Verdict};

use RequestKind::{
    Answer, AssociateSoftwareToken, ChangePassword, ChoiceSignIn, ClientCredentials, CodeRedemption,
    ConfirmForgotPassword, ConfirmSignUp, CustomAnswer, CustomSignIn, DeviceProof, DomainRefresh,
    DomainRevocation, ForgotPassword, GetCredentialsForIdentity, GetId, GetTokensFromRefreshToken,
    PasswordAnswer, PasswordProof, PasswordSignIn, RefreshTokenAuth, ResendConfirmationCode, RevokeToken,
    SignInPage, SrpSignIn, VerifySoftwareToken,
};

/// One row. An empty list fits everything.
pub(super) struct Row {
    pub(super) request_kinds: &'static [RequestKind],
    pub(super) codes: &'static [&'static str],
    /// Words in lower case. Each has to occur; one with `|` stands for any of its parts, [`NO_WORDS`] for no word at
    /// all.
    pub(super) words: &'static [&'static str],
    pub(super) verdict: Verdict,
}

impl Row {
    pub(super) fn fits(&self, request_kind: RequestKind, code: &str, words: &str) -> bool {
        let occurs = |word: &&str| match *word {
            "" => words.trim().is_empty(),
            word => word.split('|').any(|part| words.contains(part)),
        };
        (self.request_kinds.is_empty() || self.request_kinds.contains(&request_kind))
            && (self.codes.is_empty() || self.codes.contains(&code))
            && self.words.iter().all(occurs)
    }
}

/// The verdict on an error by this name, with these words in lower case.
pub(super) fn find(request_kind: RequestKind, code: &str, words: &str) -> Verdict {
    let row = ROWS.iter().find(|row| row.fits(request_kind, code, words));
    row.map_or(OTHER, |row| row.verdict)
}

/// The error names in the rows of this kind of request.
#[cfg(feature = "sso")]
pub(super) fn codes_at(request_kind: RequestKind) -> impl Iterator<Item = &'static str> {
    ROWS.iter()
        .filter(move |row| row.request_kinds.contains(&request_kind))
        .flat_map(|row| row.codes)
        .copied()
}

/// A description of an answer that is in the form of neither the API nor OAuth, to be searched as its words.
pub(super) fn formless(status: u16, Form { is_html, is_elsewhere }: Form) -> String {
    let form = if is_html { "html" } else { "other" };
    format!("status {status} {form} {}", if is_elsewhere { "elsewhere" } else { "at aws" })
}

const fn verdict(kind: ErrorKind, subject: Subject) -> Verdict {
    let meaning = Meaning { refresh_token_lost: false, challenge_waits: false, subject };
    Verdict { kind, repeat: Repeat::Never, meaning, hint: None }
}

const fn authentication(subject: Subject) -> Verdict {
    verdict(ErrorKind::Authentication, subject)
}

const fn service(subject: Subject) -> Verdict {
    verdict(ErrorKind::Service, subject)
}

/// The notation of the rows below; the type itself is of a lower room, `error`.
impl Verdict {
    const fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    const fn repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }

    /// The refresh token will never be good again.
    const fn lost(self) -> Self {
        Self { meaning: Meaning { refresh_token_lost: true, ..self.meaning }, ..self }
    }

    /// The challenge can be answered again.
    const fn waits(self) -> Self {
        Self { meaning: Meaning { challenge_waits: true, ..self.meaning }, ..self }
    }
}

/// An error that the table does not know.
const OTHER: Verdict = service(Subject::Other);

pub(super) const BUSY: Verdict = verdict(ErrorKind::Throttled, Subject::Other)
    .repeat(Repeat::Unread)
    .waits()
    .hint("The service is busy: try again in a while, and use one session for many calls.");

pub(super) const FAILED: Verdict =
    service(Subject::Other).repeat(Repeat::Later).hint("The service failed: try again in a while.");

const TOO_MANY_ATTEMPTS: Verdict = verdict(ErrorKind::Throttled, Subject::User)
    .waits()
    .hint("Too many attempts for this user: wait some minutes before the next one.");

const REFRESH_TOKEN_LOST: Verdict =
    authentication(Subject::User).lost().hint("The refresh token is no longer good: sign in again.");

const SESSION_OVER: Verdict = authentication(Subject::Session)
    .hint("The sign-in took too long or was answered already: start it again.");

const DISABLED: Verdict = authentication(Subject::User).hint("An administrator disabled this user.");

const SECURITY_REASONS: Verdict = authentication(Subject::User).hint(
    "The pool's threat protection blocked this sign-in as risky. Its owner can tell, and can make an exception for this \
     address.",
);

const CLIENT_WITH_SECRET: Verdict = authentication(Subject::Client).hint(
    "This app client has a secret: give client_secret (COGNITO_CLIENT_SECRET), exactly as it was given to you.",
);

const CLIENT_WITHOUT_SECRET: Verdict = authentication(Subject::Client)
    .hint("This app client has no secret: leave client_secret (COGNITO_CLIENT_SECRET) out.");

const NO_SUCH_CLIENT: Verdict = service(Subject::Client).hint(
    "No such app client or pool in this region: check COGNITO_CLIENT_ID, COGNITO_REGION and COGNITO_USER_POOL_ID.",
);

const DEVICE_UNKNOWN: Verdict =
    service(Subject::Device).hint("Sign in without the device: the pool does not know it.");

const CODE_REFUSED: Verdict = authentication(Subject::Code);

const CODE_OF_SIGN_IN_REFUSED: Verdict =
    CODE_REFUSED.waits().hint("Check the code and answer again: the sign-in still waits.");

const ALREADY_CONFIRMED: &str = "The user is confirmed already, and can sign in.";

const TRIGGER: &str = "A Lambda function of the pool refused or failed: its owner can tell why.";

const POLICY: &str = "Choose a password that the pool's policy accepts.";

const INVALID_SCOPE: Verdict = service(Subject::Client).hint(
    "The app client does not allow one of the scopes. Its owner can add it to AllowedOAuthScopes; a scope of a resource \
     server is written <resource server>/<scope>.",
);

const REDIRECT_MISMATCH: Verdict = service(Subject::Client).hint(
    "The redirect URI is not one of the app client's CallbackURLs. Its owner can add it there, letter for letter, port \
     and final slash included.",
);

const SMS_ROLE: &str = "The pool may not send SMS with the role that it was given: its owner can mend the role \
     (SmsConfiguration).";

const EMAIL_ROLE: &str = "The pool may not send e-mail with the identity that it was given: its owner can mend that \
     (EmailConfiguration).";

const SIGN_IN: &[RequestKind] = &[PasswordSignIn, SrpSignIn, CustomSignIn, ChoiceSignIn];
const REFRESH: &[RequestKind] = &[GetTokensFromRefreshToken, RefreshTokenAuth];
const ANSWERS: &[RequestKind] = &[
    PasswordAnswer,
    PasswordProof,
    DeviceProof,
    CustomAnswer,
    Answer,
    AssociateSoftwareToken,
    VerifySoftwareToken,
];
const DOMAIN: &[RequestKind] =
    &[ClientCredentials, SignInPage, CodeRedemption, DomainRefresh, DomainRevocation];

const IDENTITY_POOL: &[RequestKind] = &[GetId, GetCredentialsForIdentity];

const ANY: &[RequestKind] = &[];
/// An error without a message.
const NO_WORDS: &[&str] = &[""];
const NOT_AUTHORIZED: &[&str] = &["NotAuthorizedException"];
const INVALID_PARAMETER: &[&str] = &["InvalidParameterException"];
/// The error names of a refused flow.
const FLOW_REFUSED: &[&str] =
    &["InvalidParameterException", "NotAuthorizedException", "UnsupportedOperationException"];
const FLOW_WORDS: &[&str] =
    &["flow|auth method|_auth", "not enabled|not supported|not allowed|not permitted|disabled|unsupported"];
/// The error names of a refused client secret.
const SECRET_REFUSED: &[&str] = &["NotAuthorizedException", "InvalidParameterException"];

const fn row(
    request_kinds: &'static [RequestKind],
    codes: &'static [&'static str],
    words: &'static [&'static str],
    verdict: Verdict,
) -> Row {
    Row { request_kinds, codes, words, verdict }
}

#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    // A firewall. The API names it, an answer of its own has a header, which stands here as the words.
    row(ANY, &["ForbiddenException"], &["captcha"], authentication(Subject::Firewall).waits().hint(
        "A firewall in front of the pool (AWS WAF) wants a CAPTCHA solved, which only a person in a browser can do: the \
         pool's owner can exempt this request from the rule.")),
    row(ANY, &["ForbiddenException"], &["challenge"], authentication(Subject::Firewall).waits().hint(
        "A firewall in front of the pool (AWS WAF) wants a script run, which only a browser does: the pool's owner can \
         exempt this request from the rule.")),
    row(ANY, &["ForbiddenException"], &[], authentication(Subject::Firewall).waits().hint(
        "A firewall in front of the pool (AWS WAF) blocked the request: the pool's owner can tell which rule did.")),

    // An identity pool. The messages are those of the service; its names mean other things at a user pool.
    row(IDENTITY_POOL, &["LimitExceededException"], &[], service(Subject::Pool).hint(
        "The AWS account has reached a limit of its identity pools: the identity pool's owner can have it raised.")),
    row(IDENTITY_POOL, NOT_AUTHORIZED, &["not from a supported provider"], authentication(Subject::Client).hint(
        "The identity pool does not trust the user pool and app client of this sign-in: check identity_pool_id. Its owner \
         can add both as an identity provider (CognitoIdentityProviders).")),
    row(IDENTITY_POOL, NOT_AUTHORIZED, &["logins don't match"], authentication(Subject::Identity).hint(
        "The login is not one of the user's identity in the pool: its owner can unlink the logins (UnlinkIdentity).")),
    row(IDENTITY_POOL, NOT_AUTHORIZED, &["invalid login token", "expired"], authentication(Subject::Pool).hint(
        "The ID token has expired by the service's clock: check this machine's clock, or sign in again.")),
    row(IDENTITY_POOL, NOT_AUTHORIZED, &["invalid login token"], authentication(Subject::Client).hint(
        "The identity pool does not accept the ID token as one of its user pool's: check that the session is of the user \
         pool and app client that the identity pool trusts.")),
    row(IDENTITY_POOL, &["NotAuthorizedException", "InvalidParameterException"], &["role"],
        authentication(Subject::Pool).hint(
            "The role has to be one of those of the user's groups (cognito:roles in the ID token): check custom_role_arn, \
             or leave it out.")),
    row(IDENTITY_POOL, NOT_AUTHORIZED, &[], authentication(Subject::Pool).hint(
        "The identity pool refuses this user: its owner can tell more.")),
    row(&[GetId], &["ResourceNotFoundException"], &[], service(Subject::Pool).hint(
        "No such identity pool in its region: check identity_pool_id.")),
    row(&[GetCredentialsForIdentity], &["ResourceNotFoundException"], &[], service(Subject::Identity).hint(
        "The identity pool no longer knows the user's identity: call again, and it makes another.")),
    row(IDENTITY_POOL, &["ResourceConflictException"], &[], service(Subject::Pool).repeat(Repeat::Later).hint(
        "The login is linked to another identity, or is being linked at this moment: try again. If it stays, the \
         identity pool's owner can unlink it (UnlinkIdentity).")),
    row(IDENTITY_POOL, &["InvalidIdentityPoolConfigurationException"], &[], service(Subject::Pool).hint(
        "The identity pool has no role for users who are signed in, or one that it may not assume: its owner can set the \
         authenticated role (SetIdentityPoolRoles), whose trust policy must allow sts:AssumeRoleWithWebIdentity to \
         cognito-identity.amazonaws.com.")),
    row(IDENTITY_POOL, &["ExternalServiceException"], &[], FAILED),

    // Too much at once, and too many attempts of one user.
    row(ANY, &["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded"], &[], BUSY),
    row(ANY, &["LimitExceededException", "TooManyFailedAttemptsException"], &[], TOO_MANY_ATTEMPTS),

    // The pool's triggers. Their own text may hold any word: nothing below looks at it.
    row(ANY, &["UserLambdaValidationException"], &[], authentication(Subject::Pool).hint(TRIGGER)),
    row(ANY, &["UnexpectedLambdaException", "InvalidLambdaResponseException"], &[], service(Subject::Pool).hint(TRIGGER)),

    // An emulator that does not know the newer operation, however it says so.
    row(&[GetTokensFromRefreshToken], &["UnknownOperationException", "UnknownOperation", "InvalidAction",
        "UnknownActionException", "Unsupported", "UnsupportedOperation", "UnsupportedOperationException",
        "NotYetImplemented", "NotYetImplementedException", "NotImplemented", "NotImplementedException",
        "NotImplementedError"], &[], service(Subject::Operation)),
    row(&[GetTokensFromRefreshToken], &[],
        &["not been implemented|not implemented|not yet implemented|unknown operation|unknown action|unknown target"],
        service(Subject::Operation)),
    row(&[GetTokensFromRefreshToken], &[""], &["status 500 html|status 501|status 404|status 405", "elsewhere"],
        service(Subject::PerhapsOperation)),

    // The client's secret.
    row(ANY, SECRET_REFUSED, &["not configured with secret|not configured for secret|does not have a secret|has no secret"],
        CLIENT_WITHOUT_SECRET),
    row(ANY, SECRET_REFUSED, &["secret hash|secret_hash|secrethash|client secret|clientsecret|client_secret|\
        configured with secret|configured for secret|secret was not"], CLIENT_WITH_SECRET),

    // The flow.
    row(&[SrpSignIn], FLOW_REFUSED, FLOW_WORDS, service(Subject::Flow).hint(
        "The app client does not allow the flow \"srp\". Its owner can add ALLOW_USER_SRP_AUTH to the client's \
         ExplicitAuthFlows; or choose another flow.")),
    row(&[PasswordSignIn], FLOW_REFUSED, FLOW_WORDS, service(Subject::Flow).hint(
        "The app client does not allow the flow \"password\". Its owner can add ALLOW_USER_PASSWORD_AUTH to the \
         client's ExplicitAuthFlows; or choose the flow \"srp\", where it has ALLOW_USER_SRP_AUTH: that needs user_pool_id \
         (COGNITO_USER_POOL_ID).")),
    row(&[CustomSignIn], FLOW_REFUSED, FLOW_WORDS, service(Subject::Flow).hint(
        "The app client does not allow the flow \"custom\". Its owner can add ALLOW_CUSTOM_AUTH to the client's \
         ExplicitAuthFlows; or choose another flow.")),
    row(&[ChoiceSignIn], FLOW_REFUSED, FLOW_WORDS, service(Subject::Flow).hint(
        "The app client does not allow the flow \"user_auth\". Its owner can add ALLOW_USER_AUTH to the client's \
         ExplicitAuthFlows; or choose another flow.")),
    row(&[RefreshTokenAuth], FLOW_REFUSED, FLOW_WORDS, service(Subject::Flow).hint(
        "The app client does not allow refreshing. Its owner can add ALLOW_REFRESH_TOKEN_AUTH to the client's \
         ExplicitAuthFlows.")),
    row(&[ChoiceSignIn], INVALID_PARAMETER, &["not an available challenge"], service(Subject::Pool).hint(
        "The pool does not offer this challenge to this user: choose another preferred challenge, or none.")),
    row(&[CustomSignIn], INVALID_PARAMETER, &["trigger"], service(Subject::Pool).hint(
        "The pool has no triggers for custom challenges: its owner can add them; or choose another flow.")),

    // Devices.
    row(ANY, &["ResourceNotFoundException"], &["device"], DEVICE_UNKNOWN),
    row(REFRESH, &["NotAuthorizedException", "InvalidParameterException"], &["device"],
        authentication(Subject::Device)),
    row(SIGN_IN, &["NotAuthorizedException", "InvalidParameterException"], &["device"],
        authentication(Subject::Device)),
    row(ANSWERS, &["NotAuthorizedException", "InvalidParameterException"], &["device"],
        authentication(Subject::Device)),
    row(ANY, &["ResourceNotFoundException"], &[], NO_SUCH_CLIENT),

    // Tokens.
    row(REFRESH, NOT_AUTHORIZED, &["invalid refresh token|refresh token is invalid"], Verdict {
        meaning: Meaning { subject: Subject::RefreshTokenOrDevice, ..REFRESH_TOKEN_LOST.meaning }, ..REFRESH_TOKEN_LOST }),
    row(REFRESH, NOT_AUTHORIZED, &["refresh token", "expired|revoked|invalid|reuse|been used|no longer|not valid"],
        REFRESH_TOKEN_LOST),
    row(REFRESH, &["UserNotFoundException"], &[], authentication(Subject::User).lost().hint(
        "The user no longer exists: sign in as another.")),
    row(ANY, &["RefreshTokenReuseException"], &[], authentication(Subject::User).lost().hint(
        "This refresh token was used before and replaced since: sign in again.")),
    row(ANY, NOT_AUTHORIZED, &["access token", "scope"], authentication(Subject::User).hint(
        "The access token lacks the scope aws.cognito.signin.user.admin: sign in with it, or without the domain.")),
    row(ANY, NOT_AUTHORIZED, &["access token", "expired|revoked"], authentication(Subject::User).hint(
        "The access token is expired or revoked: refresh the tokens, or sign in again.")),

    // The user.
    row(&[PasswordSignIn, SrpSignIn, ChoiceSignIn, PasswordAnswer], NOT_AUTHORIZED, &["incorrect username or password"],
        authentication(Subject::Password).hint(
            "Check COGNITO_USER_NAME and COGNITO_PASSWORD, and that they belong to this client id and region.")),
    row(&[PasswordProof], NOT_AUTHORIZED, &["incorrect username or password"], authentication(Subject::Password).hint(
        "Check COGNITO_USER_NAME and COGNITO_PASSWORD, and that COGNITO_USER_POOL_ID is the pool of this client id.")),
    row(&[ChangePassword], NOT_AUTHORIZED, &["incorrect username or password"], authentication(Subject::Password).hint(
        "Check the current password.")),
    row(&[DeviceProof], NOT_AUTHORIZED, &["incorrect username or password"], authentication(Subject::User).hint(
        "The pool refused the proof of the device: sign in without it.")),
    row(ANY, NOT_AUTHORIZED, &["attempts exceeded"], authentication(Subject::User).hint(
        "Too many wrong passwords: wait some minutes, then try again.")),
    row(ANY, NOT_AUTHORIZED, &["user is disabled|user is not enabled"], DISABLED),
    row(ANY, NOT_AUTHORIZED, &["reset by an administrator"], authentication(Subject::User).hint(
        "The temporary password is too old: an administrator can send a new one.")),
    row(ANY, NOT_AUTHORIZED, &["security reasons"], SECURITY_REASONS),
    row(ANY, NOT_AUTHORIZED, &["unauthorized attribute"], authentication(Subject::User).hint(
        "The app client may not write one of the attributes: leave it out, or have its owner add it to the client's \
         WriteAttributes.")),
    row(ANY, NOT_AUTHORIZED, &["session", "expired|invalid|used once|already"], SESSION_OVER),
    row(&[ConfirmSignUp], NOT_AUTHORIZED, &["status is confirmed"], authentication(Subject::User).hint(ALREADY_CONFIRMED)),
    row(&[ForgotPassword], NOT_AUTHORIZED, &["cannot be reset in the current state"], authentication(Subject::User).hint(
        "No code is sent to a user who never chose a password here: sign in with the temporary password, or at the \
         user's identity provider.")),
    row(ANY, NOT_AUTHORIZED, &[], authentication(Subject::User).hint(
        "The message is the pool's own: its owner can tell more.")),
    row(ANY, &["UserNotFoundException"], &[], authentication(Subject::User).hint(
        "Check COGNITO_USER_NAME, and that the user belongs to this client id and region.")),
    row(ANY, &["PasswordResetRequiredException"], &[], verdict(ErrorKind::PasswordResetRequired, Subject::User).hint(
        "Ask for a code with \"forgot password\" and choose a new password.")),
    row(ANY, &["UserNotConfirmedException"], &[], verdict(ErrorKind::UserNotConfirmed, Subject::User).hint(
        "Confirm the sign-up with the code that was sent to you.")),
    row(ANY, &["AliasExistsException"], &[], service(Subject::User).hint(
        "Another user of the pool has this e-mail address or phone number already.")),
    row(ANY, &["UsernameExistsException"], &[], service(Subject::User).hint("The user exists already.")),

    // Codes and new passwords.
    row(ANSWERS, &["CodeMismatchException"], &["invalid session"], SESSION_OVER),
    row(ANSWERS, &["CodeMismatchException", "EnableSoftwareTokenMFAException"], &[], CODE_OF_SIGN_IN_REFUSED),
    row(ANY, &["CodeMismatchException", "EnableSoftwareTokenMFAException"], &[],
        CODE_REFUSED.hint("Check the code, or ask for a new one.")),
    row(ANSWERS, &["ExpiredCodeException"], &["been used"], authentication(Subject::ExpiredCode).hint(
        "Each code of the app is good once: start the sign-in again with the next one.")),
    row(ANSWERS, &["ExpiredCodeException"], &[], authentication(Subject::ExpiredCode).hint(
        "The code is too old: start the sign-in again.")),
    row(ANY, &["ExpiredCodeException"], &[], authentication(Subject::ExpiredCode).hint("Ask for a new code.")),
    row(ANY, &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"], &[],
        authentication(Subject::NewPassword).waits().hint(POLICY)),
    row(&[ChangePassword, ConfirmForgotPassword, Answer], INVALID_PARAMETER, &["password"], service(Subject::NewPassword)),

    // Attributes and codes that cannot be sent.
    row(&[Answer], INVALID_PARAMETER, &["attribute", "missing|required"], OTHER.hint(
        "Give each attribute that the pool requires in `attributes`, with its name and value.")),
    row(&[Answer], INVALID_PARAMETER, &["cannot modify"], OTHER.hint("Leave this attribute out of `attributes`.")),
    row(&[ForgotPassword], INVALID_PARAMETER, &["registered/verified|verified email|verified phone"],
        service(Subject::User).hint(
            "The user has no verified e-mail address or phone number to send a code to: an administrator can set a \
             new password.")),
    row(&[ResendConfirmationCode, ConfirmSignUp], INVALID_PARAMETER, &["already confirmed"],
        service(Subject::User).hint(ALREADY_CONFIRMED)),
    row(ANY, INVALID_PARAMETER, &[], service(Subject::Pool)),
    row(ANY, &["CodeDeliveryFailureException"], &[], service(Subject::Pool).hint(
        "The code could not be delivered: check the user's e-mail address or phone number; the pool's owner can see \
         why it was not sent.")),

    // The pool.
    row(ANY, &["InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException"], &[],
        service(Subject::Pool).hint(SMS_ROLE)),
    row(ANY, &["InvalidEmailRoleAccessPolicyException"], &[], service(Subject::Pool).hint(EMAIL_ROLE)),
    row(ANY, &["InvalidUserPoolConfigurationException"], &[], service(Subject::Pool).hint(
        "The pool's configuration is not valid: its owner can mend it.")),
    row(ANY, &["FeatureUnavailableInTierException"], &[], service(Subject::Pool).hint(
        "The pool's feature plan does not include this: its owner can change the plan; or choose another flow.")),
    row(ANY, &["OperationNotEnabledException"], &[], service(Subject::Pool).hint(
        "The pool does not do this in this region or with its configuration: where it is replicated, call its first \
         region (COGNITO_REGION).")),
    row(&[RevokeToken], &["UnsupportedOperationException"], &[], service(Subject::Pool).hint(
        "The app client has token revocation switched off: its owner can switch it on (EnableTokenRevocation).")),
    row(ANY, &["UnsupportedOperationException"], &[], service(Subject::Pool).hint(
        "The app client has this switched off: its owner can switch it on.")),
    row(ANY, &["UnsupportedTokenTypeException"], &[], OTHER.hint("Only a refresh token can be revoked.")),
    row(ANY, &["UnauthorizedException"], &[], authentication(Subject::Client).hint(
        "The token is not one of this app client's: check COGNITO_CLIENT_ID.")),
    row(ANY, &["MFAMethodNotFoundException"], &[], authentication(Subject::User).hint(
        "The user has no second factor that the pool could ask for: an administrator can set one up.")),
    row(ANY, &["SoftwareTokenMFANotFoundException"], &[], authentication(Subject::Pool).hint(
        "The pool has authenticator apps switched off, or the user has none set up: its owner can tell.")),
    row(ANY, &["DeviceKeyExistsException"], &[], OTHER.hint("Sign in again: the pool knows this device already.")),
    row(ANY, &["ConcurrentModificationException"], &[], OTHER.repeat(Repeat::Later).hint("Try again in a moment.")),
    row(ANY, &["InternalErrorException"], &[], FAILED),

    // The domain. The description, where there is one, says more than the name.
    row(DOMAIN, &[], &["failed with error"], authentication(Subject::Pool).hint(TRIGGER)),
    row(&[SignInPage], &[], &["already found an entry for username"], OTHER.repeat(Repeat::Later).hint(
        "This first sign-in linked the identity provider's user to one of the pool: sign in once more.")),
    row(&[SignInPage], &[], &["attribute cannot be updated"], service(Subject::Pool).hint(
        "The pool cannot write an attribute that the identity provider sends: its owner can make the attribute mutable, \
         or take it out of the provider's attribute mapping.")),
    row(&[SignInPage], &[], &["attributes required"], service(Subject::Pool).hint(
        "The identity provider does not send an attribute that the pool requires: its owner can add it to the \
         provider's attribute mapping.")),
    row(DOMAIN, &[], &["user is not enabled|user is disabled"], DISABLED),
    row(&[SignInPage], &[], &["security reasons"], SECURITY_REASONS),
    row(DOMAIN, &[], &["not enabled for oauth"], service(Subject::Client).hint(
        "The app client has OAuth switched off: its owner can switch on AllowedOAuthFlowsUserPoolClient.")),
    row(DOMAIN, &["invalid_client"], &[], authentication(Subject::Client).hint(
        "Check the client id, the client secret (COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET) and that the domain is that \
         of their pool. A client that has no secret must be given none.")),
    row(&[CodeRedemption], &["invalid_grant"], &[], authentication(Subject::User).hint(
        "The code from the sign-in page is used up, too old or another client's: sign in again.")),
    row(&[DomainRefresh], &["invalid_grant"], &[], authentication(Subject::User).lost().hint(
        "The refresh token is expired, revoked, replaced or another client's: sign in again.")),
    row(&[ClientCredentials], &["invalid_grant"], &[], authentication(Subject::Client).hint(
        "The app client does not allow this grant or one of the scopes. Its owner can add client_credentials to \
         AllowedOAuthFlows and the scope to AllowedOAuthScopes.")),
    row(DOMAIN, &["invalid_grant"], &[], authentication(Subject::Other)),
    row(&[ClientCredentials], &["unauthorized_client"], &[], service(Subject::Client).hint(
        "The app client does not allow this grant. Its owner can add client_credentials to AllowedOAuthFlows, with \
         AllowedOAuthFlowsUserPoolClient switched on and custom scopes in AllowedOAuthScopes.")),
    row(&[SignInPage, CodeRedemption], &["unauthorized_client"], NO_WORDS, service(Subject::Client).hint(
        "The app client does not allow this grant. Its owner can add code to AllowedOAuthFlows, with \
         AllowedOAuthFlowsUserPoolClient switched on.")),
    row(DOMAIN, &["unauthorized_client"], &[], service(Subject::Client)),
    // Cognito hides the scope behind a broader name when it refuses before the sign-in page.
    row(DOMAIN, &["invalid_scope"], &[], INVALID_SCOPE),
    row(DOMAIN, &["invalid_request"], &["invalid_scope"], INVALID_SCOPE),
    row(DOMAIN, &["redirect_mismatch"], &[], REDIRECT_MISMATCH),
    row(DOMAIN, &["invalid_request"], &["redirect_mismatch"], REDIRECT_MISMATCH),
    row(DOMAIN, &["unsupported_grant_type"], &[], OTHER.hint(
        "The domain does not know this grant. Check COGNITO_DOMAIN, and the app client's AllowedOAuthFlows.")),
    row(DOMAIN, &["unsupported_response_type"], &[], OTHER.hint(
        "The app client does not allow codes. Its owner can add code to AllowedOAuthFlows.")),
    row(DOMAIN, &["unsupported_token_type"], &[], OTHER.hint(
        "The domain does not revoke tokens of this kind: it takes refresh tokens.")),
    row(&[SignInPage], &["invalid_request"], NO_WORDS, OTHER.hint(
        "Check that the scopes and the identity provider are among the app client's.")),
    row(&[DomainRevocation], &["invalid_request"], &[], OTHER.hint(
        "The app client may have token revocation switched off (EnableTokenRevocation).")),
    row(&[ClientCredentials, CodeRedemption, DomainRefresh], &["invalid_request"], NO_WORDS, OTHER.hint(
        "Check the client id, the redirect URI and the scopes.")),
    row(DOMAIN, &["invalid_request"], &[], OTHER),
    row(DOMAIN, &["access_denied"], NO_WORDS, authentication(Subject::User).hint(
        "Signing in was refused or broken off on the sign-in page: try again.")),
    row(DOMAIN, &["access_denied"], &[], authentication(Subject::User)),
    row(DOMAIN, &["login_required", "consent_required", "interaction_required", "account_selection_required"], &[],
        authentication(Subject::User).hint("The sign-in page has to ask, and `prompt` forbids it: leave `prompt` out.")),
    row(DOMAIN, &["temporarily_unavailable"], &[], FAILED),
    row(DOMAIN, &["server_error"], NO_WORDS, FAILED),
    row(DOMAIN, &["server_error"], &[], OTHER),
];
