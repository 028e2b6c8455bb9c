//! The values of every language in one form, so that the operations are compiled once. A wheel would have them twice, for
//! the command and for Python.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::SystemTime;

use cognitoken::{Error, Value};

use crate::output::Object;
use crate::values::{Values, unusable};

/// The values of a call, of whatever language.
pub(crate) type AnyValues<'a> = dyn Values<Failure = Refusal> + 'a;

/// The reason why no work could be made of the values.
pub(crate) enum Refusal {
    /// An error of the core.
    Core(Error),
    /// A failure of the language, which [`OfLanguage`] has kept.
    Language,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

/// The values of one language, and its failure if it had one.
pub(crate) struct OfLanguage<'a, V: Values> {
    values: &'a V,
    failure: RefCell<Option<V::Failure>>,
}

impl<'a, V: Values> OfLanguage<'a, V> {
    pub(crate) fn new(values: &'a V) -> Self {
        Self { values, failure: RefCell::new(None) }
    }

    /// Returns the language's failure for a refusal.
    pub(crate) fn failure(self, refusal: Refusal) -> V::Failure {
        match (refusal, self.failure.into_inner()) {
            (Refusal::Language, Some(failure)) => failure,
            (Refusal::Core(error), _) => error.into(),
            (Refusal::Language, None) => unusable("a value has been refused".into()).into(),
        }
    }

    fn keep<T>(&self, read: Result<T, V::Failure>) -> Result<T, Refusal> {
        read.map_err(|failure| {
            self.failure.replace(Some(failure));
            Refusal::Language
        })
    }
}

impl<V: Values> Values for OfLanguage<'_, V> {
    type Failure = Refusal;

    fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.keep(self.values.text(name))
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        self.keep(self.values.texts(name))
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Refusal> {
        self.keep(self.values.number(name))
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.keep(self.values.truth(name))
    }

    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Refusal> {
        self.keep(self.values.named_texts(name))
    }

    fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        self.keep(self.values.json(name))
    }

    fn time(&self, name: &str) -> Result<Option<SystemTime>, Refusal> {
        self.keep(self.values.time(name))
    }

    fn object(&self, name: &str) -> Result<Option<Object>, Refusal> {
        self.keep(self.values.object(name))
    }

    fn is_any(&self, name: &str) -> bool {
        self.values.is_any(name)
    }

    fn is_one_text(&self, name: &str) -> bool {
        self.values.is_one_text(name)
    }

    fn required_text(&self, name: &str) -> Result<String, Refusal> {
        self.keep(self.values.required_text(name))
    }
}
