//! The rows of the table: a parameter of one or several calls is one line.

use super::DefaultValue::{self, Nothing, Number, Required, Truth};
use super::Kind::{
    self, Choice, DeviceOrKey, Function, Json, NamedTexts, Seconds, Secret, Session, Time, Tokens,
};
use super::Parameter;
use super::calls::*;

const FLOWS: &[&str] = &["auto", "srp", "password", "custom", "user_auth"];
const SESSION_FLOWS: &[&str] = &["auto", "srp", "password", "custom", "user_auth", "client_credentials"];
const CLIENT_AUTHENTICATIONS: &[&str] = &["basic", "body"];
const TOKEN_USES: &[&str] = &["id", "access"];

const fn row(
    name: &'static str,
    kind: Kind,
    default: DefaultValue,
    variable: &'static str,
    operations: &'static [&'static str],
    sentence: &'static str,
) -> Parameter {
    Parameter { name, kind, default, variable, operations, sentence }
}

/// Every parameter. A row more needs its behaviour in the core and its place in [`requests`](crate::requests).
#[rustfmt::skip]
pub const PARAMETERS: &[Parameter] = &[
    row("username", Kind::Text, Nothing, "COGNITO_USER_NAME", &[LOGIN, REFRESH, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The user name, or an alias such as the e-mail address if the pool allows it."),
    row("password", Secret, Nothing, "COGNITO_PASSWORD", &[LOGIN, SESSION], "The password."),
    row("refresh_token", Secret, Nothing, "COGNITO_REFRESH_TOKEN", &[REFRESH], "The refresh token."),
    row("client_id", Kind::Text, Nothing, "COGNITO_CLIENT_ID", &[LOGIN, REFRESH, CREDENTIALS, SSO, LOGOUT_URL, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The app client's id."),
    row("region", Kind::Text, Nothing, "COGNITO_REGION", &[LOGIN, REFRESH, CREDENTIALS, SSO, LOGOUT_URL, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The AWS region to call; without one, the pool id's."),
    row("user_pool_id", Kind::Text, Nothing, "COGNITO_USER_POOL_ID", &[LOGIN, REFRESH, CREDENTIALS, SSO, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The user pool's id, required for SRP, which proves the password without sending it."),
    row("client_secret", Secret, Nothing, "COGNITO_CLIENT_SECRET", &[LOGIN, REFRESH, CREDENTIALS, SSO, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The app client's secret, for a client that has one."),
    row("domain", Kind::Text, Nothing, "COGNITO_DOMAIN", &[CREDENTIALS, SSO, LOGOUT_URL, SESSION], "The pool's domain: its prefix, its host or its https URL."),
    row("scopes", Kind::Texts, Nothing, "", &[CREDENTIALS, SESSION], "The scopes of the token; all scopes of the client if none is given."),
    row("scopes", Kind::Texts, DefaultValue::Texts(&["openid", "email", "profile"]), "", &[SSO], "The scopes of the tokens."),
    row("flow", Choice(FLOWS), DefaultValue::Text("auto"), "", &[LOGIN, DOCTOR], "The authentication flow; auto is SRP if the pool id is known."),
    row("flow", Choice(SESSION_FLOWS), DefaultValue::Text("auto"), "", &[SESSION], "The authentication flow; auto is SRP if the pool id is known."),
    row("endpoint", Kind::Text, Nothing, "COGNITO_ENDPOINT", &[LOGIN, REFRESH, CREDENTIALS, SSO, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The URL of the service, if it is not the region's own."),
    row("timeout", Seconds, Number(30.0), "", &[LOGIN, REFRESH, CREDENTIALS, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, SESSION, DOCTOR], "The time limit of the whole call in seconds, retries included."),
    row("timeout", Seconds, Number(300.0), "", &[SSO], "The time limit of the whole sign-in in seconds, including the person's part."),
    row("timeout", Seconds, Number(30.0), "", &[VERIFIER], "The time limit for fetching the keys, in seconds."),
    row("on_challenge", Function, Nothing, "", &[LOGIN, SESSION], "The source of answers to challenges."),
    row("totp_secret", Secret, Nothing, "COGNITO_TOTP_SECRET", &[LOGIN, SESSION], "The secret of an authenticator app, in base32 or as an otpauth:// URI."),
    row("remember_device", Kind::Truth, Truth(false), "", &[LOGIN, SESSION], "Whether to register this device with a pool that remembers devices."),
    row("preferred_challenge", Kind::Text, Nothing, "", &[LOGIN, SESSION], "The first factor to ask for with the flow user_auth, such as PASSWORD_SRP or EMAIL_OTP."),
    row("device", Kind::Device, Nothing, "", &[LOGIN], "A device that an earlier sign-in of this user registered."),
    row("device", DeviceOrKey, Nothing, "COGNITO_DEVICE_KEY", &[REFRESH, SESSION], "The device that the refresh token belongs to, or its key, if the pool remembers devices."),
    row("client_metadata", NamedTexts, Nothing, "", &[LOGIN, REFRESH, CREDENTIALS, FORGOT, CONFIRM_FORGOT, RESEND, CONFIRM_SIGN_UP, RESPOND, SESSION], "Values that the service passes to the pool's Lambda triggers."),
    row("parameters", NamedTexts, Nothing, "", &[LOGIN, SESSION], "Further AuthParameters of the first request, such as MAX_AGE."),
    row("parameters", NamedTexts, Nothing, "", &[SSO], "Further parameters of the link to the sign-in page, such as resource."),
    row("parameters", NamedTexts, Nothing, "", &[CREDENTIALS], "Further parameters of the token request, such as resource."),
    row("store", Kind::Text, Nothing, "COGNITO_STORE", &[SESSION, DOCTOR], "The store of the tokens."),
    row("refresh_token", Secret, Nothing, "COGNITO_REFRESH_TOKEN", &[SESSION], "The refresh token to use if nothing is stored."),
    row("id_token", Secret, Nothing, "COGNITO_ID_TOKEN", &[SESSION], "A fixed token that the session returns, without requests to the service."),
    row("token_use", Choice(TOKEN_USES), DefaultValue::Text("id"), "", &[SESSION], "The token that is sent and whose expiry decides when to refresh."),
    row("client_authentication", Choice(CLIENT_AUTHENTICATIONS), DefaultValue::Text("basic"), "", &[CREDENTIALS, SSO, SESSION], "The way the client sends its secret to the domain: in a header, or in the body."),
    row("background_refresh", Kind::Truth, Truth(false), "", &[SESSION], "Whether to refresh the tokens in the background, so that no call waits for it."),
    row("identity_provider", Kind::Text, Nothing, "", &[SSO], "The name in the pool of the identity provider to go to directly."),
    row("idp_identifier", Kind::Text, Nothing, "", &[SSO], "An identifier of the identity provider, such as an e-mail domain."),
    row("login_hint", Kind::Text, Nothing, "", &[SSO], "The user name to fill in on the page."),
    row("lang", Kind::Text, Nothing, "", &[SSO], "The language of the page."),
    row("prompt", Kind::Text, Nothing, "", &[SSO], "The page's behaviour if the browser is signed in already: login, select_account, none or consent."),
    row("redirect_uri", Kind::Text, DefaultValue::Text("http://localhost:8400/"), "", &[SSO], "The redirect URI, exactly as registered with the app client."),
    row("open_browser", Function, Truth(true), "", &[SSO], "Whether to open the browser; a function is called with the link."),
    row("logout_uri", Kind::Text, Required, "", &[LOGOUT_URL], "The address to return to, exactly as registered with the app client."),
    row("code", Secret, Required, "", &[CONFIRM_FORGOT, CONFIRM_SIGN_UP], "The code that was sent."),
    row("new_password", Secret, Required, "", &[CONFIRM_FORGOT], "The new password."),
    row("answer", Secret, Nothing, "", &[RESPOND], "The code, the choice or other answer."),
    row("new_password", Secret, Nothing, "", &[RESPOND], "The new password."),
    row("attributes", NamedTexts, Nothing, "", &[RESPOND], "User attributes that go with a new password."),
    row("answers", NamedTexts, Nothing, "", &[RESPOND], "Fields of the answer by the service's own names, in addition to the answer."),
    row("previous", Secret, Required, "", &[CHANGE_PASSWORD], "The current password."),
    row("proposed", Secret, Required, "", &[CHANGE_PASSWORD], "The new password."),
    row("tokens", Tokens, Required, "", &[KEEP], "The tokens."),
    row("everywhere", Kind::Truth, Truth(false), "", &[SIGN_OUT], "Whether to end every sign-in of the user, on every device."),
    row("bundle", Secret, Required, "", &[IMPORT], "The line that the export made."),
    row("session", Session, Required, "", &[AWS_CREDENTIALS], "The session of the user."),
    row("identity_pool_id", Kind::Text, Required, "", &[AWS_CREDENTIALS], "The identity pool's id; the region in it is called."),
    row("custom_role_arn", Kind::Text, Nothing, "", &[AWS_CREDENTIALS], "The ARN of the role, one of those of the user's groups; without one, the identity pool's choice."),
    row("identity_endpoint", Kind::Text, Nothing, "", &[AWS_CREDENTIALS], "The URL of the identity pools' service, if it is not the region's own."),
    row("timeout", Seconds, Nothing, "", &[AWS_CREDENTIALS], "The time limit of the whole call in seconds; without one, the session's."),
    row("offline", Kind::Truth, Truth(false), "", &[DOCTOR], "Whether to check values, network settings and the store only, without requests."),
    row("key", Kind::Text, Required, "", &[DEVICE], "The pool's key for the device."),
    row("group_key", Kind::Text, Required, "", &[DEVICE], "The pool's key for the group that the device is in."),
    row("password", Secret, Required, "", &[DEVICE], "The device's own password."),
    row("jwt", Kind::Text, Required, "", &[DECODE, VERIFY], "The token."),
    row("jwts", Kind::Texts, Required, "", &[VERIFY_MANY], "The tokens."),
    row("now", Time, Nothing, "", &[VERIFY, VERIFY_MANY], "The time to verify at; without one, this machine's."),
    row("user_pool_id", Kind::Texts, Nothing, "COGNITO_USER_POOL_ID", &[VERIFIER], "The ids of the trusted user pools."),
    row("client_id", Kind::Texts, Nothing, "COGNITO_CLIENT_ID", &[VERIFIER], "The app clients whose tokens are accepted."),
    row("token_use", Choice(TOKEN_USES), DefaultValue::Text("id"), "", &[VERIFIER], "The accepted use of the token."),
    row("issuer", Kind::Texts, Nothing, "COGNITO_ISSUER", &[VERIFIER], "The exact issuers, in place of the pools' own."),
    row("jwks_url", Kind::Text, Nothing, "COGNITO_JWKS_URL", &[VERIFIER], "The address of the keys, in place of the one below the issuer."),
    row("jwks", Json, Nothing, "", &[VERIFIER], "The key set (JWKS), for verifying without network access."),
    row("leeway", Seconds, Number(0.0), "", &[VERIFIER], "The accepted clock difference in seconds."),
    row("groups", Kind::Texts, Nothing, "", &[VERIFIER], "The accepted groups; the user must be in at least one."),
    row("scopes", Kind::Texts, Nothing, "", &[VERIFIER], "The accepted scopes; the token must have at least one."),
    row("check", Function, Nothing, "", &[VERIFIER], "A check of your own, called with the claims of a token that passed all others."),
];
