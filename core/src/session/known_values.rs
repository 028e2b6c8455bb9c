//! The values of a session that are known before anything is sent, for whoever asks a person for the others.

use std::collections::BTreeMap;

use super::request::SessionRequest;
use crate::config::{KnownValue, Values};
use crate::error::Result;

/// A value that selects a sign-in: the argument's name, the variable, and the argument.
type Selecting<'a> = (&'static str, &'static str, &'a Option<String>);

impl SessionRequest {
    /// The values that select the user, the client and the store, by the names of the arguments. `domain` is that of an
    /// argument: a request of a session has none.
    #[doc(hidden)]
    pub fn known_values(&self, domain: Option<String>) -> BTreeMap<&'static str, KnownValue> {
        let values = self.values();
        let selecting = self.selecting().into_iter().chain([("domain", "COGNITO_DOMAIN", &domain)]);
        let known = |(name, variable, argument): Selecting<'_>| {
            Some((name, values.known(argument.clone(), variable)?))
        };
        selecting.filter_map(known).collect()
    }

    /// The sources of the values that select the user, the client and the store, by the names of the arguments.
    pub(super) fn sources(&self, values: &Values) -> BTreeMap<&'static str, String> {
        let source = |(name, variable, argument): Selecting<'_>| {
            Some((name, values.source_in_words(argument.clone(), variable)?))
        };
        self.selecting().into_iter().filter_map(source).collect()
    }

    fn selecting(&self) -> [Selecting<'_>; 6] {
        let client = self.client();
        [
            ("username", "COGNITO_USER_NAME", &self.sign_in.username),
            ("client_id", "COGNITO_CLIENT_ID", &client.client_id),
            ("region", "COGNITO_REGION", &client.region),
            ("user_pool_id", "COGNITO_USER_POOL_ID", &client.user_pool_id),
            ("endpoint", "COGNITO_ENDPOINT", &client.endpoint),
            ("store", "COGNITO_STORE", &self.store),
        ]
    }

    /// Returns whether nothing names the app client, nor a service to ask for it.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a value that is malformed.
    #[doc(hidden)]
    pub fn lacks_client(&self) -> Result<bool> {
        let known = self.known(&self.values())?;
        Ok(!known.names_client() && known.discovery_variable().is_none())
    }

    /// Returns whether a `.env` file gives the client secret.
    #[doc(hidden)]
    pub fn takes_client_secret_from_dotenv(&self) -> bool {
        !self.sign_in.client.has_secret() && self.values().is_from_dotenv("COGNITO_CLIENT_SECRET")
    }

    /// The name of the profile whose values count for this client.
    #[doc(hidden)]
    pub fn profile_name(&self) -> Option<String> {
        self.environment().profile_name().map(str::to_owned)
    }
}
