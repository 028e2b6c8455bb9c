//! A bag of values for the tests of this crate: a map of JSON values and objects.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, ErrorKind, Value};
use cognitoken_surface::{Object, Values};

#[derive(Default)]
pub(crate) struct Bag {
    values: BTreeMap<String, Value>,
    objects: BTreeMap<String, Object>,
}

impl Bag {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_object(mut self, name: &str, object: Object) -> Self {
        self.objects.insert(name.to_owned(), object);
        self
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<Option<T>, Error> {
        let wrong = || Error::new(ErrorKind::Config, "WrongType", format!("{name} has a wrong type"));
        self.values.get(name).map(|value| read(value).ok_or_else(wrong)).transpose()
    }
}

impl Values for Bag {
    type Failure = Error;

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.read(name, |value| value.as_str().map(str::to_owned))
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Error> {
        self.read(name, |value| match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        })
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        self.read(name, Value::as_f64)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, Error> {
        self.read(name, Value::as_bool)
    }

    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        self.read(name, |value| {
            let member = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
            value.as_object()?.iter().map(member).collect()
        })
    }

    fn json(&self, name: &str) -> Result<Option<Value>, Error> {
        Ok(self.values.get(name).cloned())
    }

    fn time(&self, name: &str) -> Result<Option<SystemTime>, Error> {
        Ok(self.number(name)?.map(|seconds| UNIX_EPOCH + Duration::from_secs_f64(seconds)))
    }

    fn object(&self, name: &str) -> Result<Option<Object>, Error> {
        Ok(self.objects.get(name).cloned())
    }

    fn is_any(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::from("ANY"))
    }
}
