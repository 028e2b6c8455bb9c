//! A profile: what a person's sign-in needs and is no secret.

use super::client_id::valid_client_id;
use super::domain_url::check_domain;
use super::present::present;
use super::region::Region;
use super::user_pool_id::UserPoolId;
use super::variables::{self, Variable};
use crate::address::parse_service_url;
use crate::error::{Error, ErrorKind, Result};

/// The longest name of a profile, in characters.
const LONGEST_NAME: usize = 64;

/// The profile that answers if nobody names one.
pub const DEFAULT_PROFILE: &str = "default";

/// The values of a person's sign-in that are kept under a name, none of them a secret.
///
/// ```
/// use cognitoken::Profile;
/// let profile = Profile::new().with_client_id("1example23456789").with_username("ada").with_region("eu-west-1");
/// assert!(profile.check().is_ok());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The app client's id.
    pub client_id: Option<String>,
    /// The AWS region to call.
    pub region: Option<String>,
    /// The user pool's id.
    pub user_pool_id: Option<String>,
    /// The pool's domain.
    pub domain: Option<String>,
    /// The user who answers if nobody is named.
    pub username: Option<String>,
    /// Another address of the service.
    pub endpoint: Option<String>,
    /// The store of the tokens; `file` if absent.
    pub store: Option<String>,
    /// `true` if the person signs in on the pool's page.
    pub sso: bool,
    /// `true` if the app client's secret is kept in the store.
    pub has_client_secret: bool,
}

macro_rules! setters {
    ($($setter:ident $field:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[must_use]
        pub fn $setter(mut self, $field: impl Into<String>) -> Self {
            self.$field = present(Some($field.into()));
            self
        }
    )*};
}

impl Profile {
    /// Creates a profile without any value.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        with_client_id client_id "Sets the app client's id.";
        with_region region "Sets the AWS region to call.";
        with_user_pool_id user_pool_id "Sets the user pool's id.";
        with_domain domain "Sets the pool's domain.";
        with_username username "Sets the user who answers if nobody is named.";
        with_endpoint endpoint "Sets another address of the service.";
        with_store store "Sets the store of the tokens.";
    }

    /// Returns the profile without the white space around its values; an empty value is an absent one.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        for (key, text) in self.clone().texts() {
            self.set_text(key, text.unwrap_or_default().to_owned());
        }
        self
    }

    /// Sets whether the person signs in on the pool's page.
    #[must_use]
    pub fn with_sso(mut self, sso: bool) -> Self {
        self.sso = sso;
        self
    }

    /// Checks the form of every value. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a value that is malformed, or that contains a password.
    pub fn check(&self) -> Result<()> {
        self.texts().iter().try_for_each(|(key, text)| match text {
            Some(text) => self.check_text(key, text),
            None => Ok(()),
        })
    }

    fn check_text(&self, key: &str, text: &str) -> Result<()> {
        match key {
            "client_id" => valid_client_id(text.to_owned()).map(drop),
            "region" => Region::parse(text).map(drop),
            "user_pool_id" => UserPoolId::parse(text).map(drop),
            "endpoint" => parse_service_url("COGNITO_ENDPOINT", text).map(drop),
            "domain" => check_domain(text),
            "store" => check_store(text),
            _ => Ok(()),
        }
    }

    /// The texts by their keys, which are the names of the arguments.
    pub fn texts(&self) -> [(&'static str, Option<&str>); 7] {
        [
            ("client_id", self.client_id.as_deref()),
            ("region", self.region.as_deref()),
            ("user_pool_id", self.user_pool_id.as_deref()),
            ("domain", self.domain.as_deref()),
            ("username", self.username.as_deref()),
            ("endpoint", self.endpoint.as_deref()),
            ("store", self.store.as_deref()),
        ]
    }

    /// Replaces the text of a key; a key that no text has is left out.
    pub(super) fn set_text(&mut self, key: &str, text: String) {
        let field = match key {
            "client_id" => &mut self.client_id,
            "region" => &mut self.region,
            "user_pool_id" => &mut self.user_pool_id,
            "domain" => &mut self.domain,
            "username" => &mut self.username,
            "endpoint" => &mut self.endpoint,
            "store" => &mut self.store,
            _ => return,
        };
        *field = present(Some(text));
    }

    /// The texts by the variables that give the same values.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let of_key = |key: &str| variables::VARIABLES.iter().find(|row| row.argument == Some(key));
        self.texts().into_iter().filter_map(move |(key, text)| Some((of_key(key)?.name, text?)))
    }

    /// Returns these values, and those of `earlier` where none is given.
    #[must_use]
    pub fn or(mut self, earlier: &Self) -> Self {
        for (key, text) in earlier.texts() {
            let is_given = self.texts().iter().any(|(given, text)| *given == key && text.is_some());
            if let Some(text) = text.filter(|_| !is_given) {
                self.set_text(key, text.to_owned());
            }
        }
        self.sso |= earlier.sso;
        self.has_client_secret |= earlier.has_client_secret;
        self
    }
}

/// Returns whether a key of a profile would hold a secret, which no profile does.
pub(super) fn is_secret(key: &str) -> bool {
    let is_secret = |row: &&Variable| row.class.is_secret();
    variables::VARIABLES.iter().filter(is_secret).any(|row| {
        let of_variable = row.name.strip_prefix("COGNITO_").unwrap_or(row.name);
        row.argument == Some(key) || of_variable.eq_ignore_ascii_case(key)
    })
}

/// Returns the name of a profile without the white space around it.
///
/// # Errors
/// [`ErrorKind::Config`], code `InvalidProfile`: it is empty, longer than 64 characters, or has other characters than
/// letters, digits, `-`, `_`, `.` and `@`.
pub(crate) fn valid_profile_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '@');
    if !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(allowed) {
        return Ok(name);
    }
    let shown: String = name.chars().take(LONGEST_NAME).collect();
    let message = format!("{shown:?} cannot be the name of a profile");
    Err(Error::new(ErrorKind::Config, "InvalidProfile", message).with_hint(format!(
        "Choose a name of 1 to {LONGEST_NAME} letters, digits, `-`, `_`, `.` and `@`, such as {DEFAULT_PROFILE}."
    )))
}

/// The address of a store may hold a password.
fn check_store(text: &str) -> Result<()> {
    let has_user = text.split_once("://").is_some_and(|(_, address)| address.contains('@'));
    if !has_user {
        return Ok(());
    }
    let message = "a store's address with a user name or a password in it is not kept in a profile";
    Err(Error::new(ErrorKind::Config, "SecretInProfile", message)
        .with_hint("Set it as COGNITO_STORE in the environment instead."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_arguments_of_variables() {
        let mut profile = Profile::new();
        for (key, _) in Profile::new().texts() {
            profile.set_text(key, "x".to_owned());
        }
        assert_eq!(profile.variables().count(), profile.texts().len());
        assert!(profile.variables().any(|pair| pair == ("COGNITO_USER_NAME", "x")));
        assert!(profile.variables().any(|pair| pair == ("COGNITO_REGION", "x")));
    }

    #[test]
    fn a_key_for_a_secret_is_known() {
        for key in ["password", "client_secret", "refresh_token", "totp_secret", "id_token", "store_key"] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["client_id", "username", "colour"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn a_name_is_a_word() {
        for name in ["default", " work ", "ada@example.com", "a.b-c_d", "größe"] {
            assert_eq!(valid_profile_name(name).unwrap(), name.trim());
        }
        for name in ["", " ", "a/b", "..\\b", "a b", "a\nb", "a\"b", &"a".repeat(65)] {
            let error = valid_profile_name(name).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidProfile"), "{name}");
            assert!(!error.message().contains('\n') && error.hint().is_some());
        }
    }

    #[test]
    fn what_is_given_replaces_what_was_kept() {
        let earlier = Profile::new().with_client_id("old").with_username("ada").with_sso(true);
        let profile = Profile::new().with_client_id("new").with_store(" ").or(&earlier);
        assert_eq!(profile, Profile::new().with_client_id("new").with_username("ada").with_sso(true));
    }

    #[test]
    fn every_value_is_checked() {
        for (profile, code) in [
            (Profile::new().with_client_id("no-id"), "InvalidClientId"),
            (Profile::new().with_region("Europe"), "InvalidRegion"),
            (Profile::new().with_user_pool_id("pool"), "InvalidUserPoolId"),
            (Profile::new().with_endpoint("http://example.com"), "InsecureUrl"),
            (Profile::new().with_store("redis://ada:sentinel@host"), "SecretInProfile"),
        ] {
            let error = profile.check().unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, code));
            assert!(!format!("{error:?}").contains("sentinel"));
        }
    }
}
