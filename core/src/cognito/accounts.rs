//! Operations on the account of a user: passwords, the confirmation of a sign-up, the end of all sign-ins.

use super::Cognito;
use crate::error::Result;
use crate::http::CallBudget;
use crate::idp::{self, Account, AccountRequest, CodeDelivery};
use crate::secret::Password;
use crate::tokens::Tokens;

impl Cognito {
    /// Changes the user's password. The tokens stay good.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
    ///
    /// # Errors
    /// [`Authentication`](crate::ErrorKind::Authentication) for a wrong previous password, an expired access token, or
    /// a new password that the pool's policy refuses.
    pub async fn change_password(
        &self,
        tokens: &Tokens,
        previous: &Password,
        proposed: &Password,
    ) -> Result<()> {
        self.renewer.change_password(tokens, previous, proposed).await
    }

    /// Signs the user out everywhere: every refresh token of the user, on every device, is revoked. ID and access
    /// tokens that were sent to others stay good until they expire.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
    ///
    /// # Errors
    /// [`Authentication`](crate::ErrorKind::Authentication) if the access token is expired or revoked.
    pub async fn sign_out_everywhere(&self, tokens: &Tokens) -> Result<()> {
        self.renewer.sign_out_everywhere(tokens).await
    }

    /// Asks for a code to choose a new password with.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
    ///
    /// # Errors
    /// [`Throttled`](crate::ErrorKind::Throttled) after too many requests for one user; else as
    /// [`sign_in`](Self::sign_in).
    pub async fn forgot_password(&self, request: AccountRequest) -> Result<CodeDelivery> {
        idp::forgot_password(self.transport(), &self.account(request, false).await?).await
    }

    /// Chooses a new password with the code that [`forgot_password`](Self::forgot_password) sent.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
    ///
    /// # Errors
    /// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code, or a password that the pool's
    /// policy refuses.
    pub async fn confirm_forgot_password(
        &self,
        request: AccountRequest,
        code: &str,
        new_password: &Password,
    ) -> Result<()> {
        // The new password is a secret that did not come from a file.
        let account = self.account(request, true).await?;
        idp::confirm_forgot_password(self.transport(), &account, code, new_password).await
    }

    /// Sends the code that confirms a sign-up once more.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
    ///
    /// # Errors
    /// The errors of [`forgot_password`](Self::forgot_password).
    pub async fn resend_confirmation_code(&self, request: AccountRequest) -> Result<CodeDelivery> {
        idp::resend_confirmation_code(self.transport(), &self.account(request, false).await?).await
    }

    /// Confirms a sign-up with the code that was sent.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
    ///
    /// # Errors
    /// [`Authentication`](crate::ErrorKind::Authentication) for a wrong or expired code.
    pub async fn confirm_sign_up(&self, request: AccountRequest, code: &str) -> Result<()> {
        idp::confirm_sign_up(self.transport(), &self.account(request, false).await?, code).await
    }

    async fn account(&self, request: AccountRequest, with_a_secret: bool) -> Result<Account> {
        let values = request.values(with_a_secret);
        let username = request.username(&values)?;
        let budget = CallBudget::new(request.client.timeout());
        let config = self.resolve(request.client, &values, &budget).await;
        self.transport().notices().add(values.take_left_out());
        Ok(Account::new(username, config?, request.client_metadata, budget))
    }
}
