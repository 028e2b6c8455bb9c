//! The identity that stored tokens belong to: no token ever answers for anybody else.

use std::collections::BTreeSet;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::address::parse_service_url;
use crate::config::{ClientConfig, GivenClient};
use crate::digest::{hex, sha256};
use crate::oauth::words;
use crate::tokens::Tokens;

/// How many bytes of a hash tell two identities apart; 96 bits.
const NAME_BYTES: usize = 12;

/// How many of the names that a user signed in with are remembered.
const MOST_NAMES: usize = 8;

/// The owner of the tokens of one sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredIdentity {
    /// Where the service is: its endpoint.
    #[serde(deserialize_with = "service_url")]
    pub(super) service: String,
    pub(super) client_id: String,
    /// The pool, by the last part of the issuer's URL.
    pub(super) user_pool_id: Option<String>,
    /// For a person, or a user of a machine's.
    pub(super) user: Option<User>,
    /// For the client itself: what it may do. Sorted.
    pub(super) scopes: Option<Vec<String>>,
    /// Which refresh token of the environment it all began with, as a hash.
    pub(super) seed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct User {
    /// The name that the pool knows the user by.
    pub(super) name: String,
    /// The names that were given at sign-ins that ended in these tokens: aliases among them.
    pub(super) signed_in_as: BTreeSet<String>,
    /// What a person recognizes: the e-mail address where there is one.
    pub(super) shown: String,
}

/// A stored address is checked as any other: tokens are sent there.
fn service_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_service_url("the endpoint of the stored tokens", &text)
        .map_err(|error| D::Error::custom(error.message()))?;
    Ok(text)
}

impl StoredIdentity {
    /// Who these tokens belong to.
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
        Self {
            service: config.endpoint.to_string(),
            client_id: config.client_id.clone(),
            user_pool_id: issuers_pool
                .map(str::to_owned)
                .or_else(|| config.user_pool_id.as_ref().map(ToString::to_string)),
            user,
            scopes,
            seed: None,
        }
    }

    /// Remembers a name that the user signed in with, besides those that an earlier sign-in remembers.
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
            (None, scopes) => format!("scopes\n{}", scopes.as_deref().unwrap_or_default().join(" ")),
        };
        let pool = self.user_pool_id.as_deref().unwrap_or_default();
        format!("{}-{}", client_name(&self.service, &self.client_id), hash(&format!("{pool}\n{subject}")))
    }

    /// Whether these are an app client's own tokens, of no user.
    pub(super) fn is_of_client(&self) -> bool {
        self.user.is_none()
    }

    /// For a list that a person chooses from.
    pub(super) fn describe(&self) -> String {
        let who = match (&self.user, &self.scopes) {
            (Some(user), _) if user.shown != user.name => format!("{} ({})", user.shown, user.name),
            (Some(user), _) => user.name.clone(),
            (None, scopes) => {
                format!("the client itself ({})", scopes.as_deref().unwrap_or_default().join(" "))
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

    fn is_called(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Most pools take a user name, and every pool an e-mail address of a user, in any case. One that tells cases apart
    /// gives a name back as it was typed, capitals included, where one that does not gives its own.
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

/// What a session is asked to answer for. What is given narrows what is stored; what is absent fits everybody.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) client: GivenClient,
    pub(super) username: Option<String>,
    /// The scopes of a session of the client itself.
    pub(super) scopes: Option<Vec<String>>,
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

    /// As [`fits`](Self::fits), for a user name in another case, unless the pool is known to tell cases apart.
    pub(super) fn fits_in_another_case(&self, identity: &StoredIdentity) -> bool {
        let Some((name, user)) = self.username.as_ref().zip(identity.user.as_ref()) else { return false };
        self.fits_apart_from_the_name(identity) && user.is_called_in_another_case(name)
    }

    fn fits_apart_from_the_name(&self, identity: &StoredIdentity) -> bool {
        let StoredIdentity { service, client_id, user_pool_id, .. } = identity;
        let same_client = self.client.fits(service, client_id, user_pool_id.as_deref());
        // A refresh token without a name stands for whoever it was issued to, and for nobody else.
        let same_seed = self.username.is_some() || self.seed.is_none() || self.seed == identity.seed;
        let same_kind = match &self.scopes {
            Some(_) => self.scopes == identity.scopes,
            None => true,
        };
        same_client && same_seed && same_kind
    }

    /// The name to lock while it is not known yet whose tokens will come.
    pub(super) fn lock_name(&self, config: &ClientConfig) -> String {
        let pool = config.user_pool_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let who = self.username.as_ref().or(self.seed.as_ref()).map_or("", String::as_str);
        let scopes = self.scopes.as_ref().map(|scopes| scopes.join(" ")).unwrap_or_default();
        let client = client_name(config.endpoint.as_str(), &config.client_id);
        format!("{client}-{}", hash(&format!("sign-in\n{pool}\n{who}\n{scopes}")))
    }
}

/// The beginning of the names of all sign-ins of one client, up to the `-`.
pub(super) fn client_name(service: &str, client_id: &str) -> String {
    hash(&format!("{service}\n{client_id}"))
}

/// A short name for a text, which every file system takes: letters of one case and digits.
pub(super) fn hash(text: &str) -> String {
    hex(&sha256(&[text.as_bytes()])[..NAME_BYTES])
}
