//! The client object, and its operations.

use std::fmt;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{ClientConfig, ClientValues, Values};
use crate::discovery;
#[cfg(feature = "doctor")]
use crate::doctor::{Check, doctor};
use crate::error::Result;
use crate::http::{CallBudget, Transport};
use crate::idp::{self, Answer, Challenge, SignIn, SignInRequest, Step};
use crate::jwt::{Verifier, VerifierOptions};
use crate::oauth::ClientCredentialsRequest;
#[cfg(feature = "sso")]
use crate::oauth::{self, SsoAttempt, SsoRequest};
use crate::renewal::{RefreshRequest, Renewer};
use crate::secret::Password;
use crate::session::{Session, SessionRequest};
use crate::store::{TokenStore, load_client_secret};
use crate::tokens::Tokens;

/// The client of Amazon Cognito: connections, the service's clock, cached tokens of app clients, and refreshes under
/// way. Its methods are the operations.
///
/// Creating a client is free, and its clones share everything; a program needs one. Connections are opened by the first
/// request, and belong to the tokio runtime that it runs in. A forked child opens its own.
///
/// Redirects are not followed. The proxy is that of `HTTPS_PROXY`, else of `ALL_PROXY` (http, https, socks5, socks5h),
/// unless `NO_PROXY` lists the host; requests to this machine use none. Certificates are the system's unless
/// `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, or else one of `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `AWS_CA_BUNDLE`,
/// of which the first counts.
///
/// ```no_run
/// use cognitoken::{Cognito, Environment, SignInRequest, Step};
///
/// # async fn example() -> cognitoken::Result<()> {
/// let cognito = Cognito::new();
/// match cognito.sign_in(SignInRequest::new(Environment::read()?)).await? {
///     Step::Done(tokens) => send_with_every_request(&tokens.authorization()),
///     Step::Challenge(challenge) => println!("{}", challenge.question()),
/// }
/// # Ok(())
/// # }
/// # fn send_with_every_request(_header: &str) {}
/// ```
#[derive(Clone, Default)]
pub struct Cognito {
    pub(super) renewer: Renewer,
}

impl Cognito {
    /// Creates a client that uses the machine's clock.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a builder.
    pub fn builder() -> CognitoBuilder {
        CognitoBuilder::default()
    }

    pub(crate) fn with_transport(transport: Transport) -> Self {
        Self { renewer: Renewer::new(transport) }
    }

    pub(crate) fn transport(&self) -> &Transport {
        self.renewer.transport()
    }

    /// Signs a user in.
    ///
    /// ```no_run
    /// use cognitoken::{ClientValues, Cognito, Environment, SignInRequest};
    ///
    /// # async fn example(password: String) -> cognitoken::Result<()> {
    /// let request = SignInRequest::new(Environment::read()?)
    ///     .with_username("ada@example.org")
    ///     .with_password(password)
    ///     .with_client(ClientValues::default().with_client_id("1example23456789"));
    /// let tokens = Cognito::new().sign_in(request).await?.or_error()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`Config`](crate::ErrorKind::Config) before anything is sent: a value is missing, malformed or contradicts
    ///   another.
    /// - [`Authentication`](crate::ErrorKind::Authentication): wrong user name, password or client secret.
    /// - [`PasswordResetRequired`](crate::ErrorKind::PasswordResetRequired),
    ///   [`UserNotConfirmed`](crate::ErrorKind::UserNotConfirmed).
    /// - [`Throttled`](crate::ErrorKind::Throttled), [`Network`](crate::ErrorKind::Network),
    ///   [`RequestTimeout`](crate::ErrorKind::RequestTimeout), [`Service`](crate::ErrorKind::Service).
    pub async fn sign_in(&self, request: SignInRequest) -> Result<Step> {
        let budget = CallBudget::new(request.client.timeout());
        let values = request.values();
        let sign_in = self.prepare(request, &values, &budget).await?;
        idp::sign_in(self.transport(), sign_in, &budget).await
    }

    /// Signs a user in and changes the password to `proposed`. The tokens stay good. If the service sets a challenge,
    /// the password is not changed.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
    ///
    /// # Errors
    /// The errors of [`sign_in`](Self::sign_in); [`Authentication`](crate::ErrorKind::Authentication) also for a new
    /// password that the pool's policy refuses.
    pub async fn sign_in_and_change_password(
        &self,
        request: SignInRequest,
        proposed: &Password,
    ) -> Result<Step> {
        let budget = CallBudget::new(request.client.timeout());
        let values = request.values_with_a_new_password();
        let sign_in = self.prepare(request, &values, &budget).await?;
        let previous = sign_in.password()?;
        let step = idp::sign_in(self.transport(), sign_in, &budget).await?;
        if let Step::Done(tokens) = &step {
            self.change_password(tokens, &previous, proposed).await?;
        }
        Ok(step)
    }

    /// Checks every value of a sign-in except the password, before a person is asked for it. Nothing is sent to
    /// Cognito; the discovery service may be asked.
    ///
    /// # Errors
    /// The [`Config`](crate::ErrorKind::Config) errors of [`sign_in`](Self::sign_in), except for a missing password.
    pub async fn check_all_but_password(&self, request: &SignInRequest) -> Result<()> {
        let mut request = request.clone();
        if !request.environment.has("COGNITO_PASSWORD") {
            request.password.get_or_insert_with(|| Password::new("not typed yet"));
        }
        let budget = CallBudget::new(request.client.timeout());
        let values = request.values();
        self.locate(request, &values, &budget).await.map(drop)
    }

    /// Answers a challenge, and returns tokens or the next challenge.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config), before anything is sent, for an answer that lacks something.
    /// [`Authentication`](crate::ErrorKind::Authentication) for a wrong code (`CodeMismatchException`), after which
    /// this challenge can be answered again, or for a challenge that is over (`NotAuthorizedException`). The
    /// errors of [`sign_in`](Self::sign_in).
    pub async fn respond(&self, challenge: &Challenge, answer: Answer) -> Result<Step> {
        idp::respond(self.transport(), challenge, answer).await
    }

    /// Returns new tokens for a refresh token alone, without a password.
    ///
    /// If the time limit ends the wait after the request was sent, the refresh goes on in the background for up to
    /// 30 s: the next call with the same refresh token returns its tokens.
    ///
    /// # Errors
    /// The errors of [`sign_in`](Self::sign_in); [`Authentication`](crate::ErrorKind::Authentication) for a refresh
    /// token that is expired, revoked or was replaced.
    pub async fn refresh(&self, request: RefreshRequest) -> Result<Tokens> {
        self.renewer.refresh_by(request).await
    }

    /// Replaces tokens, without a password, at the service or the pool's domain, whichever issued them. The old ones
    /// are not changed; the new ones keep the old refresh token unless another one comes.
    ///
    /// If the time limit ends the wait after the request was sent, the refresh goes on in the background for up to
    /// 30 s: the next call returns its tokens. Calls at the same moment share one refresh.
    ///
    /// ```no_run
    /// # async fn example(cognito: cognitoken::Cognito, tokens: cognitoken::Tokens) -> cognitoken::Result<()> {
    /// let tokens = cognito.refresh_tokens(&tokens).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Authentication`](crate::ErrorKind::Authentication) if there is no refresh token, or it is expired, revoked or
    /// was replaced; else the errors of [`sign_in`](Self::sign_in).
    pub async fn refresh_tokens(&self, tokens: &Tokens) -> Result<Tokens> {
        self.renewer.refresh(tokens, &CallBudget::new(tokens.origin().config.timeout)).await
    }

    /// Revokes a refresh token alone, and with it every access token that was issued for it.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
    ///
    /// # Errors
    /// The errors of [`refresh`](Self::refresh); [`Service`](crate::ErrorKind::Service) if the app client has
    /// revocation switched off.
    pub async fn revoke(&self, request: RefreshRequest) -> Result<()> {
        self.renewer.revoke_by(request).await
    }

    /// Revokes the refresh token of a sign-in, at the service or the pool's domain, whichever issued it. Without one,
    /// nothing is sent.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>,
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html>
    ///
    /// # Errors
    /// [`Service`](crate::ErrorKind::Service) (`UnsupportedOperationException`, at the domain `invalid_request`) if
    /// the app client has revocation switched off.
    pub async fn revoke_tokens(&self, tokens: &Tokens) -> Result<()> {
        self.renewer.revoke(tokens).await
    }

    /// Returns an access token for the app client itself (grant `client_credentials`): no user, no ID token, no refresh
    /// token. [`Tokens::authorization`] sends the access token.
    ///
    /// AWS bills every token, so one is kept in memory by this client object and its clones. Calls with the same
    /// domain, client, secret, scopes, parameters and client metadata return it again until 60 seconds before it
    /// expires, or a tenth of its lifetime if that is less. Calls at the same moment share one request.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
    ///
    /// ```no_run
    /// use cognitoken::{ClientCredentialsRequest, Cognito, Environment};
    ///
    /// # async fn example() -> cognitoken::Result<()> {
    /// // COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET, COGNITO_REGION
    /// let environment = Environment::read()?;
    /// let request = ClientCredentialsRequest::new(environment).with_domain("my-app").with_scopes(["reports/read"]);
    /// let tokens = Cognito::new().client_credentials(request).await?;
    /// assert!(tokens.id_token().is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - [`Config`](crate::ErrorKind::Config) before anything is sent: a value is missing or malformed.
    /// - [`Authentication`](crate::ErrorKind::Authentication), code `invalid_client`: wrong client id or secret.
    /// - [`Service`](crate::ErrorKind::Service), codes `invalid_scope`, `unauthorized_client` and OAuth's others.
    /// - [`Throttled`](crate::ErrorKind::Throttled), [`Network`](crate::ErrorKind::Network),
    ///   [`RequestTimeout`](crate::ErrorKind::RequestTimeout).
    pub async fn client_credentials(&self, request: ClientCredentialsRequest) -> Result<Tokens> {
        let values = request.values();
        load_client_secret(&values).await?;
        let outcome = self.renewer.client_credentials(request, &values, None).await;
        self.transport().notices().add(values.take_left_out());
        outcome
    }

    /// Prepares a sign-in on the pool's page: binds the redirect URI's port, and returns the attempt with its link.
    ///
    /// A port is bound only for a redirect URI of plain http on loopback, and on loopback alone. `localhost` is both
    /// `127.0.0.1` and, if this machine has it, `[::1]`: a browser may try either first. For any other redirect URI the
    /// address at which the browser ends must be pasted.
    ///
    /// ```no_run
    /// use cognitoken::{Cognito, Environment, SsoRequest, likely_remote, open_browser};
    ///
    /// # async fn example() -> cognitoken::Result<()> {
    /// let request = SsoRequest::new(Environment::read()?).with_domain("my-app");
    /// let attempt = Cognito::new().start_sso(request).await?;
    /// if likely_remote() || open_browser(attempt.authorize_url()).is_err() {
    ///     let handle = attempt.paste_handle();
    ///     // On another thread: show the link, read a line, and read another one if it is refused.
    ///     std::thread::spawn(move || handle.accept("http://localhost:8400/?code=...&state=..."));
    /// }
    /// let tokens = attempt.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config): a value is missing, malformed or contradicts another; `PortInUse`,
    /// `PortNotAllowed`, `PortUnusable` for the redirect URI's port. If the client id is to be discovered by
    /// `APLOS_API_URL`, also the errors of discovery that [`sign_in`](Self::sign_in) lists.
    #[cfg(feature = "sso")]
    pub async fn start_sso(&self, request: SsoRequest) -> Result<SsoAttempt> {
        request.check()?;
        let (whole, values) = (CallBudget::new(request.limit()), request.values());
        let calls = CallBudget::new(request.client.timeout().min(request.limit()));
        let located = discovery::locate(request.client.clone(), &values, self.transport(), &calls).await;
        self.transport().notices().add(values.take_left_out());
        oauth::start_sso(self.transport(), request, located?, &values, &whole)
    }

    /// Opens a session. Nothing is sent, and no file is touched, before the first token is asked for.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a store that is not known, or whose key is missing or malformed;
    /// [`Store`](crate::ErrorKind::Store) if the user has no home folder for the store.
    pub fn session(&self, request: SessionRequest) -> Result<Session> {
        Session::open(self.renewer.clone(), request)
    }

    /// Opens a session whose tokens are in a store of the caller's own. What it stores is sealed with
    /// `COGNITO_STORE_KEY` where that is set, and not sealed otherwise. `COGNITO_STORE` and
    /// [`default_store`](SessionRequest::default_store) have no effect.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use cognitoken::{Cognito, Environment, Result, Session, SessionRequest, TokenStore};
    ///
    /// fn session_in(store: Arc<dyn TokenStore>) -> Result<Session> {
    ///     Cognito::new().session_with_store(SessionRequest::new(Environment::read()?), store)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where the request names another [`store`](SessionRequest::store), and for a
    /// `COGNITO_STORE_KEY` that is malformed.
    pub fn session_with_store(&self, request: SessionRequest, store: Arc<dyn TokenStore>) -> Result<Session> {
        Session::with_store(self.renewer.clone(), request, store)
    }

    /// Creates a verifier on this client's connections and clock. Nothing is fetched yet.
    ///
    /// # Errors
    /// The errors of [`Verifier::new`].
    pub fn verifier(&self, options: VerifierOptions) -> Result<Verifier> {
        Verifier::with_transport(options, self.transport().clone())
    }

    /// Checks everything that a session of this request would use: the source of each value, the proxy and the
    /// certificates, and whether tokens can be stored; and, with `ask_service`, whether the service answers, how far
    /// its clock is from this machine's, and which flows the app client allows. The flows are probed with a user name
    /// that does not exist, never with the user's own name or password.
    ///
    /// It does not fail: every problem is one of the checks. With an environment of
    /// [`Environment::read_for_doctor`](crate::Environment::read_for_doctor), so is a `.env` that cannot be read. The
    /// time limit of the request's client values (30 s by default) holds for all requests together.
    ///
    /// ```no_run
    /// use cognitoken::{Cognito, Environment, SessionRequest};
    ///
    /// # async fn example() {
    /// let request = SessionRequest::new(Environment::read_for_doctor(None));
    /// for check in Cognito::new().doctor(&request, true).await {
    ///     report(&check.name, check.state.as_str(), &check.finding);
    /// }
    /// # }
    /// # fn report(_name: &str, _state: &str, _finding: &str) {}
    /// ```
    #[cfg(feature = "doctor")]
    pub async fn doctor(&self, request: &SessionRequest, ask_service: bool) -> Vec<Check> {
        doctor(self.transport(), request, ask_service).await
    }

    /// Returns the clock of this client.
    pub fn clock(&self) -> &Clock {
        self.transport().clock()
    }

    /// Takes the notices: sentences for a person that are no failures, such as that a value of `.env` was left out, or
    /// that the clock is far off. Each is returned once by the client object and its clones.
    pub fn take_notices(&self) -> Vec<String> {
        self.transport().notices().take()
    }

    /// Adds notices for [`take_notices`](Self::take_notices) to return.
    #[doc(hidden)]
    pub fn add_notices(&self, notices: Vec<String>) {
        self.transport().notices().add(notices);
    }

    /// Waits until nothing is under way that must not be cut off, such as a refresh whose new refresh token is not
    /// stored yet. A program waits for this before it ends the process; it takes
    /// [`LONGEST_ANSWER`](crate::LONGEST_ANSWER) at most.
    pub async fn idle(&self) {
        self.transport().must_finish().idle().await;
    }

    /// Returns whether nothing is under way that must not be cut off.
    pub fn is_idle(&self) -> bool {
        self.transport().must_finish().is_idle()
    }

    async fn prepare(&self, request: SignInRequest, values: &Values, budget: &CallBudget) -> Result<SignIn> {
        let sign_in = self.locate(request, values, budget).await;
        self.transport().notices().add(values.take_left_out());
        sign_in
    }

    /// Prepares a sign-in. The user's values are checked before the client is looked up, and a client that nothing names
    /// is told before a password that is missing: a person types the password last.
    async fn locate(&self, request: SignInRequest, values: &Values, budget: &CallBudget) -> Result<SignIn> {
        let client = request.client.clone();
        values.required_username(request.username.clone())?;
        discovery::check_named(client.clone(), values)?;
        let prepared = request.prepare(values)?;
        prepared.at(self.resolve(client, values, budget).await?)
    }

    pub(super) async fn resolve(
        &self,
        client: ClientValues,
        values: &Values,
        budget: &CallBudget,
    ) -> Result<ClientConfig> {
        discovery::resolve(client, values, self.transport(), budget).await
    }
}

/// A builder of a [`Cognito`].
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct CognitoBuilder {
    transport: Transport,
}

impl CognitoBuilder {
    /// Sets the clock; the machine's by default.
    pub fn clock(self, clock: Clock) -> Self {
        Self { transport: self.transport.with_clock(clock) }
    }

    /// Builds the client. Nothing is read or sent.
    pub fn build(self) -> Cognito {
        Cognito::with_transport(self.transport)
    }
}

impl fmt::Debug for Cognito {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cognito")
    }
}
