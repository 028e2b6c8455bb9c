//! The identity that stored tokens belong to: no token ever answers for anybody else.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::address::parse_service_url;
use crate::config::{ClientConfig, GivenClient};
use crate::digest::{hex, sha256};
use crate::oauth::words;
use crate::tokens::Tokens;

/// The bytes of a hash that are used in a name: 96 bits.
const NAME_BYTES: usize = 12;

/// The greatest number of remembered names that a user signed in with.
const MOST_NAMES: usize = 8;

/// The identity that the tokens of one sign-in belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredIdentity {
    /// The service's endpoint.
    #[serde(deserialize_with = "service_url")]
    pub(super) service: String,
    pub(super) client_id: String,
    /// The pool's id: the last part of the issuer's URL.
    pub(super) user_pool_id: Option<String>,
    /// The user; `None` for the client itself.
    pub(super) user: Option<User>,
    /// The scopes of a token of the client itself, sorted.
    pub(super) scopes: Option<Vec<String>>,
    /// The parameters that a token of the client itself was asked for with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) parameters: BTreeMap<String, String>,
    /// The values for the pool's triggers that a token of the client itself was asked for with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) client_metadata: BTreeMap<String, String>,
    /// A hash of the environment's refresh token that the sign-in began with.
    pub(super) seed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct User {
    /// The name that the pool knows the user by.
    pub(super) name: String,
    /// The names that were typed to sign in, aliases among them.
    pub(super) signed_in_as: BTreeSet<String>,
    /// The name to show: the e-mail address if there is one.
    pub(super) shown: String,
}

/// Reads a stored endpoint, and checks it as any other: tokens are sent there.
fn service_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_service_url("the endpoint of the stored tokens", &text)
        .map_err(|error| D::Error::custom(error.message()))?;
    Ok(text)
}

impl StoredIdentity {
    /// Returns the identity that these tokens belong to.
    pub(super) fn of(tokens: &Tokens, scopes: Option<Vec<String>>) -> Self {
        let summary = tokens.summary();
        let config = tokens.config();
        let scopes = scopes.or_else(|| tokens.is_of_client().then(|| scopes_of(tokens)));
        let issuers_pool = summary.issuer.as_deref().and_then(|issuer| issuer.rsplit('/').next());
        let user = scopes.is_none().then(|| {
            let name = summary.username.clone().or_else(|| summary.who.clone()).unwrap_or_default();
            let shown = summary.who.clone().unwrap_or_else(|| name.clone());
            User { signed_in_as: BTreeSet::from([name.clone()]), name, shown }
        });
        let of_client = |pairs: &BTreeMap<String, String>| match user {
            Some(_) => BTreeMap::new(),
            None => pairs.clone(),
        };
        let (parameters, client_metadata) =
            (of_client(&tokens.origin().parameters), of_client(&tokens.origin().client_metadata));
        Self {
            service: config.endpoint.to_string(),
            client_id: config.client_id.clone(),
            user_pool_id: issuers_pool
                .map(str::to_owned)
                .or_else(|| config.user_pool_id.as_ref().map(ToString::to_string)),
            user,
            scopes,
            parameters,
            client_metadata,
            seed: None,
        }
    }

    /// Adds a name that the user signed in with, and the names that an earlier sign-in remembers.
    pub(super) fn remember(&mut self, signed_in_as: Option<&str>, earlier: Option<&Self>) {
        let Some(user) = &mut self.user else { return };
        user.signed_in_as.extend(signed_in_as.map(str::to_owned));
        let known = earlier.and_then(|earlier| earlier.user.as_ref());
        for name in known.into_iter().flat_map(|known| &known.signed_in_as) {
            if user.signed_in_as.len() < MOST_NAMES {
                user.signed_in_as.insert(name.clone());
            }
        }
        let seed = earlier.and_then(|earlier| earlier.seed.clone());
        self.seed = self.seed.take().or(seed);
    }

    /// The name of the sign-in in its store.
    pub(super) fn name_in_store(&self) -> String {
        let subject = match (&self.user, &self.scopes) {
            (Some(user), _) => format!("user\n{}", user.name),
            (None, scopes) => {
                let scopes = scopes.as_deref().unwrap_or_default();
                format!("scopes\n{}", request_of_client(scopes, &self.parameters, &self.client_metadata))
            }
        };
        let pool = self.user_pool_id.as_deref().unwrap_or_default();
        format!("{}-{}", client_name(&self.service, &self.client_id), hash(&format!("{pool}\n{subject}")))
    }

    /// Returns whether the tokens are of the app client itself, and of no user.
    pub(super) fn is_of_client(&self) -> bool {
        self.user.is_none()
    }

    /// The identity in words, for a list that a person chooses from.
    pub(super) fn describe(&self) -> String {
        let who = match (&self.user, &self.scopes) {
            (Some(user), _) if user.shown != user.name => format!("{} ({})", user.shown, user.name),
            (Some(user), _) => user.name.clone(),
            (None, scopes) => {
                let mut words: Vec<String> = scopes.clone().unwrap_or_default();
                words.extend(self.parameters.iter().map(|(name, value)| format!("{name}={value}")));
                format!("the client itself ({})", words.join(" "))
            }
        };
        let pool = self.user_pool_id.as_deref().unwrap_or("an unknown pool");
        format!("{who} of {pool} at client {}", self.client_id)
    }
}

impl User {
    fn names(&self) -> impl Iterator<Item = &String> {
        self.signed_in_as.iter().chain([&self.name])
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Most pools accept a user name in any case, and every pool an e-mail address. A case-sensitive pool returns a
    /// name as it was typed, capitals included; a case-insensitive one returns its own spelling.
    fn is_called_in_another_case(&self, name: &str) -> bool {
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        if same(name, &self.name) {
            let was_given_back_otherwise =
                self.signed_in_as.iter().any(|typed| *typed != self.name && same(typed, &self.name));
            return was_given_back_otherwise || !self.name.chars().any(char::is_uppercase);
        }
        self.names().any(|known| same(name, known)) || (self.shown.contains('@') && same(name, &self.shown))
    }
}

/// The scopes that an access token names, sorted.
fn scopes_of(tokens: &Tokens) -> Vec<String> {
    let claims = tokens.claims().unwrap_or_default();
    let text = claims.get("scope").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut scopes = words(vec![text.to_owned()]);
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The identity that a session is for. Given values narrow the stored sign-ins down; an absent value fits all.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) client: GivenClient,
    pub(super) username: Option<String>,
    /// The scopes of a session of the client itself.
    pub(super) scopes: Option<Vec<String>>,
    /// The parameters of a session of the client itself, and the values for the pool's triggers.
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) client_metadata: BTreeMap<String, String>,
    pub(super) seed: Option<String>,
}

impl Wanted {
    pub(super) fn fits(&self, identity: &StoredIdentity) -> bool {
        self.fits_apart_from_the_name(identity)
            && self
                .username
                .as_ref()
                .is_none_or(|name| identity.user.as_ref().is_some_and(|user| user.is_called(name)))
    }

    /// Returns whether the identity fits with a user name in another case, unless the pool is known to be
    /// case-sensitive.
    pub(super) fn fits_in_another_case(&self, identity: &StoredIdentity) -> bool {
        let Some((name, user)) = self.username.as_ref().zip(identity.user.as_ref()) else { return false };
        self.fits_apart_from_the_name(identity) && user.is_called_in_another_case(name)
    }

    fn fits_apart_from_the_name(&self, identity: &StoredIdentity) -> bool {
        let StoredIdentity { service, client_id, user_pool_id, .. } = identity;
        let same_client = self.client.fits(service, client_id, user_pool_id.as_deref());
        // A refresh token without a user name stands for the user it was issued to, and for no other.
        let same_seed = self.username.is_some() || self.seed.is_none() || self.seed == identity.seed;
        let same_kind = match &self.scopes {
            Some(_) => {
                self.scopes == identity.scopes
                    && self.parameters == identity.parameters
                    && self.client_metadata == identity.client_metadata
            }
            None => true,
        };
        same_client && same_seed && same_kind
    }

    /// The name to lock for a sign-in, before the identity of its tokens is known.
    pub(super) fn lock_name(&self, config: &ClientConfig) -> String {
        let pool = config.user_pool_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let who = self.username.as_ref().or(self.seed.as_ref()).map_or("", String::as_str);
        let scopes = self.scopes.as_deref().unwrap_or_default();
        let asked = request_of_client(scopes, &self.parameters, &self.client_metadata);
        let client = client_name(config.endpoint.as_str(), &config.client_id);
        format!("{client}-{}", hash(&format!("sign-in\n{pool}\n{who}\n{asked}")))
    }
}

/// The values that tell the tokens of one client apart, in one text.
fn request_of_client(
    scopes: &[String],
    parameters: &BTreeMap<String, String>,
    client_metadata: &BTreeMap<String, String>,
) -> String {
    let mut text = scopes.join(" ");
    for (kind, pairs) in [("parameter", parameters), ("metadata", client_metadata)] {
        for (name, value) in pairs {
            text.push_str(&format!("\n{kind}\n{name:?}\n{value:?}"));
        }
    }
    text
}

/// The beginning of the names of all sign-ins of one client, up to the `-`.
pub(super) fn client_name(service: &str, client_id: &str) -> String {
    hash(&format!("{service}\n{client_id}"))
}

/// A short name for a text that every file system accepts: lower-case letters and digits.
pub(super) fn hash(text: &str) -> String {
    hex(&sha256(&[text.as_bytes()])[..NAME_BYTES])
}
