//! The values of one call: the options that were given, and what the verb adds to them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use clap::ArgMatches;
use cognitoken::{Error, ErrorKind, Value};
use cognitoken_surface::{Object, Values};
use zeroize::Zeroizing;

use crate::Failure;

/// The values of one call.
pub(crate) struct Given<'a> {
    options: Option<&'a ArgMatches>,
    added: BTreeMap<&'static str, Added>,
}

/// A value that is no option: a secret from standard input or a person, a file, an object of another call.
pub(crate) enum Added {
    Text(Zeroizing<String>),
    Truth(bool),
    NamedTexts(BTreeMap<String, Zeroizing<String>>),
    Json(Value),
    Object(Object),
}

impl<'a> Given<'a> {
    /// The options of a verb.
    pub(crate) fn options(options: &'a ArgMatches) -> Self {
        Self { options: Some(options), added: BTreeMap::new() }
    }

    /// No options.
    pub(crate) fn nothing() -> Self {
        Self { options: None, added: BTreeMap::new() }
    }

    /// Adds a value, which takes precedence over an option.
    pub(crate) fn with(mut self, name: &'static str, value: Added) -> Self {
        self.added.insert(name, value);
        self
    }

    /// Adds a string.
    pub(crate) fn with_text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Added::Text(Zeroizing::new(text.into())))
    }

    /// Returns whether a switch is set.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self.added.get(name) {
            Some(Added::Truth(truth)) => *truth,
            _ => self.option::<bool>(name).unwrap_or_default(),
        }
    }

    fn option<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        // An operation reads every parameter that it has, and a verb does not have an option for each.
        self.options?.try_get_one::<T>(name).ok().flatten().cloned()
    }

    fn all<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<Vec<T>> {
        let values = self.options?.try_get_many::<T>(name).ok().flatten()?;
        Some(values.cloned().collect())
    }
}

impl Values for Given<'_> {
    type Failure = Failure;

    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        if let Some(Added::Text(text)) = self.added.get(name) {
            return Ok(Some(text.to_string()));
        }
        let text = self.option::<String>(name);
        match name {
            "store" => Ok(text.map(without_secrets).transpose()?),
            _ => Ok(text),
        }
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        Ok(self.all(name))
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Failure> {
        Ok(self.option(name))
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Failure> {
        Ok(Some(self.has(name)))
    }

    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
        if let Some(Added::NamedTexts(texts)) = self.added.get(name) {
            return Ok(Some(texts.iter().map(|(name, text)| (name.clone(), text.to_string())).collect()));
        }
        let texts = self.all::<(String, String)>(name).map(|pairs| pairs.into_iter().collect());
        match (name, texts) {
            ("parameters", Some(texts)) => Ok(Some(without_access_token(texts)?)),
            (_, texts) => Ok(texts),
        }
    }

    fn json(&self, name: &str) -> Result<Option<Value>, Failure> {
        match self.added.get(name) {
            Some(Added::Json(value)) => Ok(Some(value.clone())),
            _ => Ok(None),
        }
    }

    fn time(&self, _name: &str) -> Result<Option<SystemTime>, Failure> {
        Ok(None)
    }

    fn object(&self, name: &str) -> Result<Option<Object>, Failure> {
        match self.added.get(name) {
            Some(Added::Object(object)) => Ok(Some(object.clone())),
            _ => Ok(None),
        }
    }

    /// `verify` has a switch for any client, and a word for any use.
    fn is_any(&self, name: &str) -> bool {
        match name {
            "client_id" => self.has("any_client"),
            name => self.option::<String>(name).as_deref() == Some("any"),
        }
    }
}

/// The address of a store, which must not contain a user name or password: other users can read the arguments of a process.
fn without_secrets(store: String) -> Result<String, Error> {
    if store.split_once("://").is_some_and(|(_, address)| address.contains('@')) {
        let message = "a store's address with a user name or a password in it is not taken from the command line, \
                       where others can read it";
        return Err(Error::new(ErrorKind::Config, "SecretInArguments", message)
            .with_hint("Set it as COGNITO_STORE, in the environment or in .env."));
    }
    Ok(store)
}

/// Further parameters of a request, of which `ACCESS_TOKEN` is a secret.
fn without_access_token(parameters: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    if parameters.keys().any(|name| name.eq_ignore_ascii_case("ACCESS_TOKEN")) {
        let message = "the parameter ACCESS_TOKEN is a secret, which is not taken from the command line, where others can \
                       read it";
        return Err(Error::new(ErrorKind::Config, "SecretInArguments", message)
            .with_hint("Give it in Python or R, as one of `parameters`."));
    }
    Ok(parameters)
}
