//! The check of an app client, before a person is asked for the password.

use std::sync::Arc;

use super::client::Cognito;
use crate::error::Result;
use crate::http::CallBudget;
use crate::idp::{self, SignInRequest};

impl Cognito {
    /// Checks at the service that the app client of a sign-in is there, has this client secret, and allows the flow. It
    /// is asked with a user name that does not exist: no attempt of a real user is counted, and no code is sent.
    ///
    /// An answer that says nothing about the client is no error.
    ///
    /// # Errors
    /// [`Service`](crate::ErrorKind::Service) and [`Authentication`](crate::ErrorKind::Authentication) for another
    /// client, region, secret or flow: [`Error::lacks`](crate::Error::lacks) names the parameter whose value would help.
    /// [`Config`](crate::ErrorKind::Config), [`Network`](crate::ErrorKind::Network),
    /// [`RequestTimeout`](crate::ErrorKind::RequestTimeout).
    #[doc(hidden)]
    pub async fn check_client(&self, request: &SignInRequest) -> Result<()> {
        let budget = CallBudget::new(request.client.timeout());
        let config = self.resolve(request.client.clone(), &request.values(), &budget).await?;
        idp::check_client(self.transport(), &Arc::new(config), &budget, request.flow).await
    }
}
