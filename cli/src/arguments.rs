//! The command line. No option takes a secret, because other users can read the arguments of a process.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

#[derive(Parser)]
#[command(name = "cognitoken", version, about, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Values that are not given are read from the environment or from a .env file in the working directory:
  COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET, COGNITO_REGION,
  COGNITO_USER_POOL_ID, COGNITO_DOMAIN, COGNITO_REFRESH_TOKEN, COGNITO_DEVICE_KEY, COGNITO_ID_TOKEN,
  COGNITO_TOTP_SECRET, COGNITO_STORE, COGNITO_STORE_KEY, COGNITO_BUNDLE_KEY, COGNITO_ENDPOINT, APLOS_API_URL

Exit codes: 0 success, 1 failure, 2 wrong usage or configuration, 3 challenge pending,
4 not authorized or not signed in, 5 network error, 130 interrupted by Ctrl-C

Example that hides the token from other users and sends nothing if there is no token:
  headers=$(cognitoken headers) && printf '%s\\n' \"$headers\" | curl --header @- https://api.example.com/";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign in, store the tokens and show who signed in; with --json, the service's response with the tokens
    Login(Box<Login>),
    /// Answer the challenge that is pending from a sign-in
    Respond(Respond),
    /// Print the ID token: stored, refreshed if necessary, or from COGNITO_REFRESH_TOKEN or a new sign-in
    Token(Token),
    /// Print the header to send with each request: Authorization: Bearer <ID token>
    Headers(Token),
    /// Get new tokens for the stored sign-in, or from COGNITO_REFRESH_TOKEN, without a password
    Refresh(Refresh),
    /// Show who is signed in, where the tokens are stored and when they expire; exit code 4 if nobody is signed in
    Status(Status),
    /// Delete the stored tokens and revoke the refresh token; with --all, those of every stored sign-in
    Logout(Logout),
    /// Check everything that a sign-in uses and show how to fix what is wrong; exit code 1 if a sign-in cannot work
    Doctor(Doctor),
    /// Print the stored sign-in as one line, encrypted with the key in COGNITO_BUNDLE_KEY, for `import` elsewhere
    Export(Identity),
    /// Read a sign-in that `export` printed from standard input and store it
    Import(Identity),
    /// Manage an account: passwords, confirmation, sign-out
    #[command(subcommand)]
    Account(Account),
    /// Show the contents of a token WITHOUT verifying it
    Decode(Decode),
    /// Verify that a token is genuine, current and issued for this client; exit code 1 if it is not
    Verify(Verify),
    /// Print the completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The app client, its user pool and the time limit.
#[derive(Args)]
pub(crate) struct Client {
    /// The app client's id [COGNITO_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The AWS region to call [COGNITO_REGION, the pool id's; without one AWS_REGION, AWS_DEFAULT_REGION, us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The user pool's id, required for SRP, which proves the password without sending it [COGNITO_USER_POOL_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Option<String>,
    /// The address of the service, if it is not the region's own [COGNITO_ENDPOINT]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The time limit of the whole call in seconds, retries included [default: 30; login --sso: 300]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<f64>,
}

/// The store of the tokens.
#[derive(Args, Clone)]
pub(crate) struct Store {
    /// The store of the tokens: file, file:FOLDER, keyring, memory, redis://HOST, rediss://HOST,
    /// redis+sentinel://HOST/MASTER, redis+unix:///SOCKET [COGNITO_STORE, file]
    #[arg(long = "store", value_name = "STORE")]
    pub(crate) store: Option<String>,
}

/// A stored sign-in.
#[derive(Args)]
pub(crate) struct Identity {
    /// The user name, if several users of the client are stored [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// Show every store on this machine that holds a sign-in or a pending challenge, with their users
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON, without tokens
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// The authentication flow: auto, srp, password, custom or user_auth
    #[arg(long, default_value = "auto")]
    pub(crate) flow: String,
    /// Check values, network settings and the store only, without sending requests
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print JSON, without secrets
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Logout {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// End every sign-in of the user, on every device
    #[arg(long)]
    pub(crate) global: bool,
    /// Empty every store that `status --all` shows and revoke the refresh tokens in it
    #[arg(long, conflicts_with = "global")]
    pub(crate) all: bool,
}

/// The user and the authentication flow.
#[derive(Args)]
pub(crate) struct User {
    /// The user name, or an alias such as the e-mail address [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the password from standard input instead of COGNITO_PASSWORD
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// The authentication flow: auto (srp if the pool id is known), srp, password, custom or user_auth
    #[arg(long, default_value = "auto")]
    pub(crate) flow: String,
    /// The first factor to ask for with --flow user_auth, such as PASSWORD_SRP or EMAIL_OTP
    #[arg(long, value_name = "NAME")]
    pub(crate) preferred_challenge: Option<String>,
    /// Register this device with the pool, so that later sign-ins may skip MFA
    #[arg(long)]
    pub(crate) remember_device: bool,
    /// Prompt, without echo, for a missing password and for the answers to challenges
    #[arg(long)]
    pub(crate) prompt: bool,
}

#[derive(Args)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) user: User,
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) store: Store,
    /// Sign in on the pool's sign-in page in a browser
    #[arg(long, conflicts_with = "client_credentials")]
    pub(crate) sso: bool,
    /// Get an access token for the app client itself, with its id and secret (COGNITO_CLIENT_SECRET)
    #[arg(long)]
    pub(crate) client_credentials: bool,
    /// Print the service's response, which contains the tokens, as JSON
    #[arg(long)]
    pub(crate) json: bool,
    // Last: in the help text, their headings apply to everything that follows.
    #[command(flatten)]
    pub(crate) domain: Domain,
    #[command(flatten)]
    pub(crate) page: Page,
}

/// The pool's domain, for --sso and --client-credentials.
#[derive(Args)]
#[command(next_help_heading = "With --sso or --client-credentials")]
pub(crate) struct Domain {
    /// The pool's domain, as a prefix, host or https URL [COGNITO_DOMAIN]
    #[arg(long)]
    pub(crate) domain: Option<String>,
    /// A scope to request; may be given more than once
    #[arg(long = "scope", value_name = "NAME")]
    pub(crate) scopes: Vec<String>,
    /// The way the client sends its secret: basic (Authorization header) or body
    #[arg(long, value_name = "HOW", default_value = "basic")]
    pub(crate) client_authentication: String,
}

/// The sign-in page, for --sso.
#[derive(Args)]
#[command(next_help_heading = "With --sso")]
pub(crate) struct Page {
    /// Show the link instead of opening a browser, and accept the final address on standard input
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// The name in the pool of the identity provider to go to directly
    #[arg(long, value_name = "NAME")]
    pub(crate) identity_provider: Option<String>,
    /// An identifier of the identity provider, such as an e-mail domain
    #[arg(long, value_name = "IDENTIFIER")]
    pub(crate) idp_identifier: Option<String>,
    /// The user name to fill in on the page
    #[arg(long, value_name = "NAME")]
    pub(crate) login_hint: Option<String>,
    /// The language of the page
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
    /// The page's behaviour if the browser is signed in already: login, select_account or none
    #[arg(long, value_name = "WHAT")]
    pub(crate) page_prompt: Option<String>,
    /// The redirect URI, exactly as registered with the app client [default: http://localhost:8400/]
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_uri: Option<String>,
    /// The former name of --timeout with --sso
    #[arg(long, value_name = "SECONDS", hide = true)]
    pub(crate) wait: Option<f64>,
}

/// A call for one account.
#[derive(Subcommand)]
pub(crate) enum Account {
    /// Request a code for choosing a new password
    ForgotPassword(AccountArgs),
    /// Set a new password, read from standard input, with the code from forgot-password
    ConfirmForgotPassword {
        #[command(flatten)]
        account: AccountArgs,
        /// The code that was sent
        #[arg(long)]
        code: String,
    },
    /// Resend the code that confirms a sign-up
    ResendConfirmation(AccountArgs),
    /// Confirm a sign-up
    ConfirmSignUp {
        #[command(flatten)]
        account: AccountArgs,
        /// The code that was sent
        #[arg(long)]
        code: String,
    },
    /// Change the password from COGNITO_PASSWORD to one read from standard input
    ChangePassword(AccountArgs),
    /// Sign in, then end every sign-in of the user on every device
    SignOutEverywhere(AccountArgs),
    /// Revoke the refresh token in COGNITO_REFRESH_TOKEN
    Revoke(AccountArgs),
}

/// The account and its app client.
#[derive(Args)]
pub(crate) struct AccountArgs {
    /// The user name, or an alias [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    #[command(flatten)]
    pub(crate) client: Client,
}

#[derive(Args)]
pub(crate) struct Respond {
    /// The code that the challenge asks for
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// One of the choices that the challenge offers, such as SOFTWARE_TOKEN_MFA
    #[arg(long, value_name = "NAME", conflicts_with = "code")]
    pub(crate) choice: Option<String>,
    /// Read the new password from standard input, for NEW_PASSWORD_REQUIRED
    #[arg(long)]
    pub(crate) new_password_stdin: bool,
    /// An attribute to set with the new password; may be given more than once
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) attributes: Vec<(String, String)>,
    /// The name of a field of the answer, as the service defines it; may be given more than once. The values are
    /// prompted for at a terminal, without echo, and otherwise read from standard input, one line each
    #[arg(long = "answer", value_name = "KEY", value_parser = field_name)]
    pub(crate) answers: Vec<String>,
    /// The user name of the challenge, if several are pending
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// The app client of the challenge, if several are pending
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// Print the service's response, which contains the tokens, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Refuses `NAME=VALUE`: other users of the machine could read the value in the list of processes.
fn field_name(text: &str) -> Result<String, String> {
    match text.contains('=') {
        true => Err("give the name alone: the value is read from standard input, or asked for".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("there is no `=` in it")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Args)]
pub(crate) struct Token {
    #[command(flatten)]
    pub(crate) user: User,
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) store: Store,
    /// Print the access token instead of the ID token
    #[arg(long)]
    pub(crate) access: bool,
}

#[derive(Args)]
pub(crate) struct Refresh {
    #[command(flatten)]
    pub(crate) client: Client,
    /// The user name in the pool, which some services require with a client secret [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the refresh token from standard input instead of COGNITO_REFRESH_TOKEN
    #[arg(long)]
    pub(crate) refresh_token_stdin: bool,
    /// The key of the device that the refresh token belongs to, if the pool remembers devices [COGNITO_DEVICE_KEY]
    #[arg(long, value_name = "KEY")]
    pub(crate) device_key: Option<String>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// Print the service's response, which contains the tokens, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Decode {
    /// The token; read from standard input if omitted
    pub(crate) token: Option<String>,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The token; read from standard input if omitted
    pub(crate) token: Option<String>,
    /// The id of a trusted user pool, which determines its issuer and the address of its keys; may be given more than once
    /// [COGNITO_USER_POOL_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Vec<String>,
    /// A client that the token may be for; may be given more than once [COGNITO_CLIENT_ID]
    #[arg(long, value_name = "ID", conflicts_with = "any_client")]
    pub(crate) client_id: Vec<String>,
    /// Accept tokens of any client of the pool
    #[arg(long)]
    pub(crate) any_client: bool,
    /// The accepted use of the token
    #[arg(long, value_enum, default_value_t = TokenUse::Id)]
    pub(crate) token_use: TokenUse,
    /// The exact issuer, in place of the pool's own; may be given more than once [COGNITO_ISSUER]
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Vec<String>,
    /// The address of the keys, in place of the one below the issuer [COGNITO_JWKS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) jwks_url: Option<String>,
    /// A file with the key set (JWKS), for verifying without network access
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_url")]
    pub(crate) jwks: Option<std::path::PathBuf>,
    /// The accepted clock difference in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub(crate) leeway: f64,
    /// An accepted group; the user must be in at least one of those given
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// An accepted scope; the token must have at least one of those given
    #[arg(long = "scope", value_name = "NAME")]
    pub(crate) scopes: Vec<String>,
    /// The time limit for fetching the keys, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub(crate) timeout: f64,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TokenUse {
    /// The ID token
    Id,
    /// The access token
    Access,
    /// Either
    Any,
}
