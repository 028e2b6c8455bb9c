//! The operations on what a session has stored: ending a sign-in, looking who is signed in, and taking a sign-in
//! elsewhere.

use std::sync::Arc;

use super::operations::Session;
use super::sign_out::SignOut;
use super::status::SessionStatus;
use super::{bundle, sign_out, status};
use crate::config::Environment;
use crate::error::Result;
use crate::tokens::Tokens;

impl Session {
    /// Forgets the tokens, in memory and in the store, and revokes the refresh token at the service. If that fails,
    /// they are forgotten all the same, and a notice says why. Copies of this sign-in that were set aside as damaged,
    /// or that a killed program left half-written, are removed too. ID and access tokens that were sent to others stay
    /// good until they expire.
    ///
    /// With `everywhere`, every sign-in of the user is ended, on every device; if that fails, nothing is forgotten.
    ///
    /// ```no_run
    /// # async fn example(session: cognitoken::Session) -> cognitoken::Result<()> {
    /// let reach = session.sign_out(false).await?;
    /// println!("{}", reach.message());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store); [`Config`](crate::ErrorKind::Config) if several identities fit; with
    /// `everywhere` the errors of the service and the network.
    pub async fn sign_out(&self, everywhere: bool) -> Result<SignOut> {
        self.refuse_fixed("sign-in to end")?;
        sign_out::sign_out(&self.inner, everywhere).await
    }

    /// Ends the stored sign-ins of all users, as [`sign_out`](Self::sign_out) does, and removes everything else in the
    /// store: sign-ins that were set aside or cannot be read, and locks that nobody holds. Returns the reach of each.
    ///
    /// ```no_run
    /// # async fn example(session: cognitoken::Session) -> cognitoken::Result<()> {
    /// let ended = session.sign_out_all().await?.len();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store).
    pub async fn sign_out_all(&self) -> Result<Vec<SignOut>> {
        self.refuse_fixed("sign-in to end")?;
        sign_out::sign_out_all(&self.inner).await
    }

    /// Returns the status of the session, from memory and the store. Nothing is sent, except for discovery if the
    /// client is not known.
    ///
    /// ```no_run
    /// # async fn example(session: cognitoken::Session) -> cognitoken::Result<()> {
    /// let status = session.status().await?;
    /// if status.signed_in && !status.refreshable {
    ///     println!("{} has to sign in again soon", status.who.as_deref().unwrap_or("the user"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store); [`Config`](crate::ErrorKind::Config) if several identities fit.
    pub async fn status(&self) -> Result<SessionStatus> {
        status::status(&self.inner).await
    }

    /// Returns the stored sign-ins of all users.
    ///
    /// ```no_run
    /// # async fn example(session: cognitoken::Session) -> cognitoken::Result<()> {
    /// for sign_in in session.sign_ins().await? {
    ///     println!("{:?} at client {:?}", sign_in.username, sign_in.client_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store).
    pub async fn sign_ins(&self) -> Result<Vec<SessionStatus>> {
        status::sign_ins(&self.inner).await
    }

    /// Returns the stored sign-in as one line of text, sealed with the key in `COGNITO_BUNDLE_KEY` (32 bytes in base64
    /// or hexadecimal digits): for a job in a container that starts from a person's sign-in.
    ///
    /// Both ends have the same refresh token then. If the app client rotates refresh tokens, the end that refreshes
    /// first keeps the sign-in, and the other one loses it: hand a sign-in over, do not share it.
    ///
    /// ```no_run
    /// use cognitoken::{Environment, Session};
    ///
    /// # async fn example(session: Session) -> cognitoken::Result<()> {
    /// // COGNITO_BUNDLE_KEY, which both ends know
    /// let bundle = session.export(&Environment::read()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if the key is missing or malformed;
    /// [`Authentication`](crate::ErrorKind::Authentication), code `NotSignedIn`, if nothing is stored;
    /// [`Store`](crate::ErrorKind::Store).
    pub async fn export(&self, environment: &Environment) -> Result<String> {
        self.refuse_fixed("sign-in to export")?;
        bundle::export(&self.inner, environment).await
    }

    /// Takes the sign-in of a bundle into the session and its store.
    ///
    /// ```no_run
    /// use cognitoken::{Cognito, Environment, SessionRequest};
    ///
    /// # async fn example(bundle: String) -> cognitoken::Result<()> {
    /// let environment = Environment::read()?;
    /// let session = Cognito::new().session(SessionRequest::new(environment.clone()))?;
    /// session.import(&bundle, &environment).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) if the key is missing or malformed, and code `OtherIdentity` if the
    /// bundle is not of the client or user of this session; [`Store`](crate::ErrorKind::Store), code `InvalidBundle`,
    /// for a text that is not a bundle, or one sealed with another key.
    pub async fn import(&self, bundle: &str, environment: &Environment) -> Result<Arc<Tokens>> {
        self.refuse_fixed("sign-in to import")?;
        bundle::import(&self.inner, bundle, environment).await
    }
}
