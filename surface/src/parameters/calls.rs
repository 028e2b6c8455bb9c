//! The calls, by their names in the languages.

use super::Call;

pub(super) const LOGIN: &str = "login";
pub(super) const REFRESH: &str = "refresh";
pub(super) const CREDENTIALS: &str = "client_credentials";
pub(super) const SSO: &str = "login_sso";
pub(super) const LOGOUT_URL: &str = "logout_url";
pub(super) const FORGOT: &str = "forgot_password";
pub(super) const CONFIRM_FORGOT: &str = "confirm_forgot_password";
pub(super) const RESEND: &str = "resend_confirmation_code";
pub(super) const CONFIRM_SIGN_UP: &str = "confirm_sign_up";
pub(super) const DECODE: &str = "decode";
pub(super) const VERIFIER: &str = "verifier";
pub(super) const VERIFY: &str = "verifier.verify";
pub(super) const VERIFY_MANY: &str = "verifier.verify_many";
pub(super) const DEVICE: &str = "device";
pub(super) const RESPOND: &str = "challenge.respond";
pub(super) const CHANGE_PASSWORD: &str = "tokens.change_password";
pub(super) const SESSION: &str = "session";
pub(super) const KEEP: &str = "session.keep";
pub(super) const SIGN_OUT: &str = "session.sign_out";
pub(super) const IMPORT: &str = "session.import";
pub(super) const AWS_CREDENTIALS: &str = "aws_credentials";
pub(super) const DOCTOR: &str = "doctor";
pub(super) const CONFIGURE: &str = "configure";
pub(super) const FORGET_PROFILE: &str = "forget_profile";
pub(super) const SIGN_INS: &str = "sign_ins";
pub(super) const SWITCH: &str = "switch";

const fn call(
    operation: &'static str,
    python: &'static str,
    r: &'static str,
    command: &'static str,
    positional: &'static [&'static str],
) -> Call {
    Call { operation, python, r, command, positional }
}

/// Every call.
#[rustfmt::skip]
pub const CALLS: &[Call] = &[
    call(LOGIN, "login", "cognito_login", "login", &["username", "password", "client_id", "region"]),
    call(REFRESH, "refresh", "cognito_refresh", "refresh", &["refresh_token", "client_id", "region"]),
    call(CREDENTIALS, "client_credentials", "cognito_client_credentials", "login --client-credentials", &["client_id", "client_secret", "domain", "scopes"]),
    call(SSO, "login_sso", "cognito_login_sso", "login --sso", &["client_id", "domain"]),
    call(LOGOUT_URL, "logout_url", "cognito_logout_url", "", &["domain", "client_id", "logout_uri"]),
    call(FORGOT, "forgot_password", "cognito_forgot_password", "account forgot-password", &["username", "client_id", "region"]),
    call(CONFIRM_FORGOT, "confirm_forgot_password", "cognito_confirm_forgot_password", "account confirm-forgot-password", &["code", "new_password", "username", "client_id", "region"]),
    call(RESEND, "resend_confirmation_code", "cognito_resend_confirmation_code", "account resend-confirmation", &["username", "client_id", "region"]),
    call(CONFIRM_SIGN_UP, "confirm_sign_up", "cognito_confirm_sign_up", "account confirm-sign-up", &["code", "username", "client_id", "region"]),
    call(DECODE, "decode", "decode_jwt", "decode", &["jwt"]),
    call(VERIFIER, "Verifier", "jwt_verifier", "verify", &["user_pool_id", "client_id", "token_use"]),
    call(VERIFY, "Verifier.verify", "jwt_verify", "", &["jwt", "now"]),
    call(VERIFY_MANY, "Verifier.verify_many", "jwt_verify_many", "", &["jwts", "now"]),
    call(DEVICE, "Device", "cognito_device", "", &["key", "group_key", "password"]),
    call(RESPOND, "Challenge.respond", "cognito_respond", "respond", &["answer"]),
    call("tokens.refresh", "Tokens.refresh", "", "", &[]),
    call(CHANGE_PASSWORD, "Tokens.change_password", "cognito_change_password", "account change-password", &["previous", "proposed"]),
    call("tokens.sign_out_everywhere", "Tokens.sign_out_everywhere", "cognito_global_sign_out", "account sign-out-everywhere", &[]),
    call("tokens.revoke", "Tokens.revoke", "cognito_revoke", "account revoke", &[]),
    call(SESSION, "Session", "cognito_session", "token", &["username", "password", "client_id", "region"]),
    call("session.tokens", "Session.tokens", "session_tokens", "", &[]),
    call("session.id_token", "Session.id_token", "session_id_token", "token", &[]),
    call("session.access_token", "Session.access_token", "session_access_token", "token", &[]),
    call("session.headers", "Session.headers", "session_headers", "headers", &[]),
    call("session.refresh", "Session.refresh", "session_refresh", "refresh", &[]),
    call("session.sign_in", "Session.sign_in", "session_sign_in", "login", &[]),
    call(KEEP, "Session.keep", "session_keep", "", &["tokens"]),
    call(SIGN_OUT, "Session.sign_out", "cognito_sign_out", "logout", &["everywhere"]),
    call("session.status", "Session.status", "session_status", "status", &[]),
    call("session.export", "Session.export", "session_export", "export", &[]),
    call(IMPORT, "Session.import_", "session_import", "import", &["bundle"]),
    call(AWS_CREDENTIALS, "aws_credentials", "cognito_aws_credentials", "aws-credentials", &["session", "identity_pool_id"]),
    call(CONFIGURE, "configure", "cognito_configure", "configure", &["profile"]),
    call("profiles", "profiles", "cognito_profiles", "profiles", &[]),
    call(FORGET_PROFILE, "forget_profile", "cognito_forget_profile", "logout", &["profile"]),
    call(SIGN_INS, "sign_ins", "cognito_sign_ins", "status", &[]),
    call(SWITCH, "switch", "cognito_switch", "switch", &["username"]),
    call(DOCTOR, "doctor", "cognito_doctor", "doctor", &["username", "client_id", "region"]),
];
