//! What can be said on the command line. No secret can: others read a process's arguments.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

#[derive(Parser)]
#[command(name = "cognitoken", version, about, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Values that are not given come from the environment or a .env file in the working directory:
  COGNITO_USER_NAME, COGNITO_PASSWORD, COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET, COGNITO_REGION,
  COGNITO_USER_POOL_ID, COGNITO_DOMAIN, COGNITO_REFRESH_TOKEN, COGNITO_DEVICE_KEY, COGNITO_ID_TOKEN,
  COGNITO_TOTP_SECRET, COGNITO_STORE, COGNITO_STORE_KEY, COGNITO_BUNDLE_KEY, COGNITO_ENDPOINT, APLOS_API_URL

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a challenge waits,
4 not authorized or not signed in, 5 network, 130 ended by Ctrl-C

Example, in which no other user sees the token, and nothing is sent where there is none:
  headers=$(cognitoken headers) && printf '%s\\n' \"$headers\" | curl --header @- https://api.example.com/";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign in, store the tokens and show who signed in; with --json, the service's response with the tokens
    Login(Box<Login>),
    /// Answer the challenge that a sign-in ended with
    Respond(Respond),
    /// Print the ID token alone: the stored one, refreshed where it is due, else by COGNITO_REFRESH_TOKEN or a sign-in
    Token(Token),
    /// Print the header that every request wants: Authorization: Bearer <ID token>
    Headers(Token),
    /// Get new tokens for the stored sign-in, or from COGNITO_REFRESH_TOKEN, without a password
    Refresh(Refresh),
    /// Show who is signed in, where the tokens rest, and until when; exits with 4 where nobody is
    Status(Status),
    /// Forget the stored tokens and revoke the refresh token; says how far that went. With --all, everybody's
    Logout(Logout),
    /// Look at everything that a sign-in uses, and tell what is wrong and how to mend it; exits with 1 where it is in the way
    Doctor(Doctor),
    /// Print the stored sign-in as one line, sealed with the key in COGNITO_BUNDLE_KEY, for `import` elsewhere
    Export(Identity),
    /// Store the sign-in that `export` printed, from standard input
    Import(Identity),
    /// Passwords, confirmation, signing out: one call each
    #[command(subcommand)]
    Account(Account),
    /// Show what a token says, WITHOUT verifying that it is genuine
    Decode(Decode),
    /// Verify that a token is genuine, current and meant for this client; exits with 1 where it is not
    Verify(Verify),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The app client, its pool, and how long all of it may take.
#[derive(Args)]
pub(crate) struct Client {
    /// The app client's id [COGNITO_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The AWS region to call [COGNITO_REGION, the pool id's; without one AWS_REGION, AWS_DEFAULT_REGION, us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The user pool's id; with it the password is proved by SRP and not sent [COGNITO_USER_POOL_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Option<String>,
    /// Another address of the service [COGNITO_ENDPOINT]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The time limit of the whole call in seconds, retries included [default: 30; login --sso: 300]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<f64>,
}

/// Where tokens rest.
#[derive(Args, Clone)]
pub(crate) struct Store {
    /// Where tokens rest: file, file:FOLDER, keyring, memory, redis://HOST, rediss://HOST,
    /// redis+sentinel://HOST/MASTER, redis+unix:///SOCKET [COGNITO_STORE, file]
    #[arg(long = "store", value_name = "STORE")]
    pub(crate) store: Option<String>,
}

/// Which stored sign-in.
#[derive(Args)]
pub(crate) struct Identity {
    /// The user name, where several users of the client are stored [COGNITO_USER_NAME]
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
    /// Show every place on this machine that holds a sign-in or a waiting challenge, and whose
    #[arg(long)]
    pub(crate) all: bool,
    /// Print it as JSON; no token is in it
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) identity: Identity,
    /// How the user is proved: auto, srp, password, custom or user_auth
    #[arg(long, default_value = "auto")]
    pub(crate) flow: String,
    /// Ask nobody: look at values, network settings and store alone
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print it as JSON; no secret is in it
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
    /// Empty every place that `status --all` shows, and revoke each refresh token there
    #[arg(long, conflicts_with = "global")]
    pub(crate) all: bool,
}

/// Who signs in, and how.
#[derive(Args)]
pub(crate) struct User {
    /// The user name, or an alias such as the e-mail address [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the password from standard input instead of COGNITO_PASSWORD
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// How the user is proved: auto (srp where the pool id is known), srp, password, custom or user_auth
    #[arg(long, default_value = "auto")]
    pub(crate) flow: String,
    /// What the flow user_auth asks for first, such as PASSWORD_SRP or EMAIL_OTP
    #[arg(long, value_name = "NAME")]
    pub(crate) preferred_challenge: Option<String>,
    /// Make this device known to a pool that remembers devices, so that it may skip MFA later
    #[arg(long)]
    pub(crate) remember_device: bool,
    /// Ask here, without echo, for a password that is missing and for the answer to a challenge
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
    /// Sign in on the pool's own page, in a browser; no password is asked for here
    #[arg(long, conflicts_with = "client_credentials")]
    pub(crate) sso: bool,
    /// Get an access token for the client itself, by its id and secret (COGNITO_CLIENT_SECRET)
    #[arg(long)]
    pub(crate) client_credentials: bool,
    /// Print the service's response as JSON; it holds the tokens
    #[arg(long)]
    pub(crate) json: bool,
    // Last: in the help text their headings go on over whatever comes after them.
    #[command(flatten)]
    pub(crate) domain: Domain,
    #[command(flatten)]
    pub(crate) page: Page,
}

/// The pool's domain, for --sso and --client-credentials.
#[derive(Args)]
#[command(next_help_heading = "With --sso or --client-credentials")]
pub(crate) struct Domain {
    /// The pool's domain: its prefix, its host or its https address [COGNITO_DOMAIN]
    #[arg(long)]
    pub(crate) domain: Option<String>,
    /// A scope to ask for; may be given more than once
    #[arg(long = "scope", value_name = "NAME")]
    pub(crate) scopes: Vec<String>,
    /// How a client with a secret proves itself: basic or body
    #[arg(long, value_name = "HOW", default_value = "basic")]
    pub(crate) client_authentication: String,
}

/// The sign-in page, for --sso.
#[derive(Args)]
#[command(next_help_heading = "With --sso")]
pub(crate) struct Page {
    /// Show the link instead of opening a browser, and take the address that it ended at from standard input too
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// The identity provider to go to at once, by its name in the pool
    #[arg(long, value_name = "NAME")]
    pub(crate) identity_provider: Option<String>,
    /// The identity provider by an identifier of its own, such as an e-mail domain
    #[arg(long, value_name = "IDENTIFIER")]
    pub(crate) idp_identifier: Option<String>,
    /// The user name that the page begins with
    #[arg(long, value_name = "NAME")]
    pub(crate) login_hint: Option<String>,
    /// The language of the page
    #[arg(long, value_name = "CODE")]
    pub(crate) lang: Option<String>,
    /// What the page does with a browser that is signed in: login, select_account, none
    #[arg(long, value_name = "WHAT")]
    pub(crate) page_prompt: Option<String>,
    /// Where the page comes back to, exactly as it is registered [default: http://localhost:8400/]
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_uri: Option<String>,
    /// The former name of --timeout with --sso
    #[arg(long, value_name = "SECONDS", hide = true)]
    pub(crate) wait: Option<f64>,
}

/// One call for one account.
#[derive(Subcommand)]
pub(crate) enum Account {
    /// Ask for a code to choose a new password with
    ForgotPassword(AccountArgs),
    /// Choose a new password, read from standard input, with that code
    ConfirmForgotPassword {
        #[command(flatten)]
        account: AccountArgs,
        /// The code that was sent
        #[arg(long)]
        code: String,
    },
    /// Send the code that confirms a sign-up once more
    ResendConfirmation(AccountArgs),
    /// Confirm a sign-up
    ConfirmSignUp {
        #[command(flatten)]
        account: AccountArgs,
        /// The code that was sent
        #[arg(long)]
        code: String,
    },
    /// Change the password to one read from standard input; COGNITO_PASSWORD is the one before
    ChangePassword(AccountArgs),
    /// End every sign-in of the user, on every device; signs in once more to do so
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
    /// An attribute that goes with the new password; may be given more than once
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) attributes: Vec<(String, String)>,
    /// The name of a field of the answer as the service takes it; may be given more than once. The values are asked for
    /// at a terminal, without echo, and read from standard input otherwise, a line for each
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
    /// Print the service's response as JSON; it holds the tokens
    #[arg(long)]
    pub(crate) json: bool,
}

/// A value beside the name would be seen by everybody who can list this machine's processes.
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
    /// The access token instead of the ID token
    #[arg(long)]
    pub(crate) access: bool,
}

#[derive(Args)]
pub(crate) struct Refresh {
    #[command(flatten)]
    pub(crate) client: Client,
    /// The user's own name in the pool, for services that want it with a client secret [COGNITO_USER_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the refresh token from standard input instead of COGNITO_REFRESH_TOKEN
    #[arg(long)]
    pub(crate) refresh_token_stdin: bool,
    /// The device that the refresh token belongs to, where the pool remembers devices [COGNITO_DEVICE_KEY]
    #[arg(long, value_name = "KEY")]
    pub(crate) device_key: Option<String>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// Print the service's response as JSON; it holds the tokens
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Decode {
    /// The token; read from standard input where it is left out
    pub(crate) token: Option<String>,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The token; read from standard input where it is left out
    pub(crate) token: Option<String>,
    /// The id of a trusted user pool, which determines its issuer and the address of its keys; may be given more than once
    /// [COGNITO_USER_POOL_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) user_pool_id: Vec<String>,
    /// A client that the token may be for; may be given more than once [COGNITO_CLIENT_ID]
    #[arg(long, value_name = "ID", conflicts_with = "any_client")]
    pub(crate) client_id: Vec<String>,
    /// Accept a token of any client of the pool
    #[arg(long)]
    pub(crate) any_client: bool,
    /// What the token must be for
    #[arg(long, value_enum, default_value_t = TokenUse::Id)]
    pub(crate) token_use: TokenUse,
    /// The exact issuer, in place of the pool's own; may be given more than once [COGNITO_ISSUER]
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Vec<String>,
    /// The address of the keys, in place of the one below the issuer [COGNITO_JWKS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) jwks_url: Option<String>,
    /// A file with the keys (a JWK set), to verify without the network
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_url")]
    pub(crate) jwks: Option<std::path::PathBuf>,
    /// How far the clocks may be apart, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub(crate) leeway: f64,
    /// A group that the user must be in (one of those given)
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// A scope that the token must have (one of those given)
    #[arg(long = "scope", value_name = "NAME")]
    pub(crate) scopes: Vec<String>,
    /// The limit for fetching the keys, in seconds
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
