//! The table of parameters: every parameter of every call, once.
//!
//! A parameter of a call is one row. The signatures of Python and R, the options of the command and the documents are held
//! against the rows by tests of each language.

/// A language, and what it calls the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// R.
    R,
    /// The command `cognitoken`.
    Command,
}

/// A call, by its names in the languages. An empty name: the language has no such call.
#[derive(Debug)]
pub struct Call {
    /// The name of the operation, as [`prepare`](crate::prepare) takes it.
    pub operation: &'static str,
    /// The name in the package `cognitoken`: a function, a class, or a method as `Class.method`.
    pub python: &'static str,
    /// The name of the function in R.
    pub r: &'static str,
    /// The verb of the command.
    pub command: &'static str,
    /// The parameters that Python and R take by position, in their order.
    pub positional: &'static [&'static str],
}

/// The kind of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A string that nobody else may see. The command takes none as an argument, which other users could read.
    Secret,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A number of seconds.
    Seconds,
    /// A truth value.
    Truth,
    /// A string or several.
    Texts,
    /// Strings with names.
    NamedTexts,
    /// A device, see [`Object::Device`](crate::Object::Device).
    Device,
    /// A device, or its key.
    DeviceOrKey,
    /// The tokens of a sign-in.
    Tokens,
    /// A function of the caller's own.
    Function,
    /// A JSON document.
    Json,
    /// A point in time.
    Time,
}

/// The value of a parameter that is not given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultValue {
    /// It has to be given.
    Required,
    /// No value: Python's `None`, R's `NULL`, an option that is left out.
    Nothing,
    /// A string.
    Text(&'static str),
    /// Strings.
    Texts(&'static [&'static str]),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
}

/// A parameter of one or several calls.
#[derive(Debug)]
pub struct Parameter {
    /// The name, the same in every language; an option of the command has `-` for `_`.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Its value if it is not given.
    pub default: DefaultValue,
    /// The variable that gives the value otherwise; empty if there is none.
    pub variable: &'static str,
    /// The operations that take it.
    pub operations: &'static [&'static str],
    /// Its description in one sentence.
    pub sentence: &'static str,
}

/// A parameter that a language does not have, or has in another form.
#[derive(Debug)]
pub struct Exception {
    /// The language.
    pub language: Language,
    /// The operation; empty for all.
    pub operation: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// The form that it has there instead; empty if there is none.
    pub instead: &'static str,
    /// The reason.
    pub reason: &'static str,
}

impl Call {
    /// The name in a language; `None` if the language has no such call.
    pub fn name_in(&self, language: Language) -> Option<&'static str> {
        let name = match language {
            Language::Python => self.python,
            Language::R => self.r,
            Language::Command => self.command,
        };
        (!name.is_empty()).then_some(name)
    }

    /// The parameters, those by position first and the others in the order of the table.
    pub fn parameters(&self) -> Vec<&'static Parameter> {
        let mut parameters: Vec<_> =
            PARAMETERS.iter().filter(|row| row.operations.contains(&self.operation)).collect();
        let place = |row: &&Parameter| self.positional.iter().position(|name| *name == row.name);
        parameters.sort_by_key(|row| place(row).unwrap_or(usize::MAX));
        parameters
    }
}

const fn call(
    operation: &'static str,
    python: &'static str,
    r: &'static str,
    command: &'static str,
    positional: &'static [&'static str],
) -> Call {
    Call { operation, python, r, command, positional }
}

const LOGIN: &str = "login";
const REFRESH: &str = "refresh";
const CREDENTIALS: &str = "client_credentials";
const SSO: &str = "login_sso";
const LOGOUT_URL: &str = "logout_url";
const FORGOT: &str = "forgot_password";
const CONFIRM_FORGOT: &str = "confirm_forgot_password";
const RESEND: &str = "resend_confirmation_code";
const CONFIRM_SIGN_UP: &str = "confirm_sign_up";
const DECODE: &str = "decode";
const VERIFIER: &str = "verifier";
const VERIFY: &str = "verifier.verify";
const VERIFY_MANY: &str = "verifier.verify_many";
const DEVICE: &str = "device";
const RESPOND: &str = "challenge.respond";
const CHANGE_PASSWORD: &str = "tokens.change_password";
const SESSION: &str = "session";
const KEEP: &str = "session.keep";
const SIGN_OUT: &str = "session.sign_out";
const IMPORT: &str = "session.import";
const DOCTOR: &str = "doctor";

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
    call(VERIFY, "Verifier.verify", "", "", &["jwt", "now"]),
    call(VERIFY_MANY, "Verifier.verify_many", "", "", &["jwts", "now"]),
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
    call(DOCTOR, "doctor", "cognito_doctor", "doctor", &["username", "client_id", "region"]),
];

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

use DefaultValue::{Nothing, Number, Required, Truth};
use Kind::{Choice, DeviceOrKey, Function, Json, NamedTexts, Seconds, Secret, Time, Tokens};

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

const fn exception(
    language: Language,
    operation: &'static str,
    parameter: &'static str,
    instead: &'static str,
    reason: &'static str,
) -> Exception {
    Exception { language, operation, parameter, instead, reason }
}

use Language::Command;

/// The parameters that a language does not have, or has in another form. A parameter of kind [`Kind::Secret`] is never an
/// option of the command: other users could read it in the list of processes.
#[rustfmt::skip]
pub const EXCEPTIONS: &[Exception] = &[
    exception(Command, "", "on_challenge", "--prompt", "a shell has no functions: a person answers, or `cognitoken respond`"),
    exception(Command, "", "scopes", "--scope", "an option that is given once for each scope"),
    exception(Command, "", "groups", "--group", "an option that is given once for each group"),
    exception(Command, "", "attributes", "--attribute", "an option that is given once for each attribute"),
    exception(Command, "", "answers", "--answer", "an option that is given once for each field"),
    exception(Command, "", "device", "--device-key", "a device has a password of its own, which no argument may hold"),
    exception(Command, LOGIN, "device", "", "a device has a password of its own, which no argument may hold"),
    exception(Command, SESSION, "device", "", "the device rests beside the stored tokens"),
    exception(Command, SESSION, "token_use", "--access", "the command prints one of the two"),
    exception(Command, SESSION, "background_refresh", "", "the command ends before a refresh in the background would begin"),
    exception(Command, SESSION, "domain", "", "`cognitoken login --client-credentials` stores what `cognitoken token` finds"),
    exception(Command, SESSION, "scopes", "", "`cognitoken login --client-credentials` stores what `cognitoken token` finds"),
    exception(Command, SESSION, "client_authentication", "", "`cognitoken login --client-credentials` stores what `cognitoken token` finds"),
    exception(Command, SSO, "open_browser", "--no-browser", "a switch for the only other choice that a shell has"),
    exception(Command, SSO, "prompt", "--page-prompt", "`--prompt` asks the person at the terminal"),
    exception(Command, "", "code", "--code", "a code is good once and for minutes, so an argument may hold it"),
    exception(Command, RESPOND, "answer", "--code, --choice", "a code is good once and for minutes, so an argument may hold it"),
    exception(Command, RESPOND, "new_password", "--new-password-stdin", "a password is read from standard input"),
    exception(Command, VERIFIER, "check", "", "a shell has no functions"),
    exception(Command, VERIFIER, "jwks", "--jwks FILE", "the file that holds the key set"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_a_call_has_one_row() {
        for call in CALLS {
            let names: Vec<&str> = call.parameters().iter().map(|row| row.name).collect();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(names.len(), once.len(), "{}: {names:?}", call.operation);
        }
    }

    #[test]
    fn what_is_taken_by_position_is_a_parameter() {
        for call in CALLS {
            let parameters = call.parameters();
            let first: Vec<&str> =
                parameters.iter().map(|row| row.name).take(call.positional.len()).collect();
            assert_eq!(first, call.positional, "{}", call.operation);
        }
    }

    #[test]
    fn every_row_names_calls_that_exist() {
        for row in PARAMETERS {
            for operation in row.operations {
                assert!(CALLS.iter().any(|call| call.operation == *operation), "{}: {operation}", row.name);
            }
            assert!(row.sentence.ends_with('.'), "{}", row.name);
        }
        for exception in EXCEPTIONS {
            assert!(PARAMETERS.iter().any(|row| row.name == exception.parameter), "{}", exception.parameter);
            assert!(!exception.reason.is_empty());
        }
    }
}
