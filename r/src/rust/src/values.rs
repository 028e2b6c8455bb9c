//! Values as R hands them over: checked for type and length, and named when they are wrong. Their text is never shown.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, ErrorKind, Value};
use cognitoken_surface::{Object, Values};
use extendr_api::prelude::*;

use crate::json;
use crate::objects::object_of;
use crate::reply::defect;
use crate::vectors::{self, Text};

type Result<T> = std::result::Result<T, Error>;

/// The values of one call: a named list. A value that is NULL or not in it is absent.
pub(crate) struct Arguments(Vec<(String, Robj)>);

impl Arguments {
    pub(crate) fn new(values: &Robj) -> Self {
        let Some((Some(names), values)) = vectors::members(values) else { return Self(Vec::new()) };
        let given = names.into_iter().zip(values).filter(|(_, value)| !value.is_null());
        Self(given.filter_map(|(name, value)| Some((name.valid()?, value))).collect())
    }

    fn value(&self, name: &str) -> Option<&Robj> {
        self.0.iter().find(|(its_name, _)| its_name == name).map(|(_, value)| value)
    }

    fn texts_or(&self, name: &str, wrong: impl Fn() -> Error) -> Result<Option<Vec<String>>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let texts = vectors::texts(value).ok_or_else(&wrong)?.into_iter().map(|text| match text {
            Text::Valid(text) => Ok(text),
            Text::Missing => Err(wrong()),
            Text::Invalid => Err(argument(format!("`{name}` is not valid UTF-8"))),
        });
        texts.collect::<Result<Vec<_>>>().map(Some)
    }
}

impl Values for Arguments {
    type Failure = Error;

    fn text(&self, name: &str) -> Result<Option<String>> {
        let wrong = || argument(format!("`{name}` must be one string, not NA, or NULL"));
        let texts = self.texts_or(name, wrong)?;
        texts.map(|texts| <[String; 1]>::try_from(texts).map(|[text]| text).map_err(|_| wrong())).transpose()
    }

    fn texts(&self, name: &str) -> Result<Option<Vec<String>>> {
        self.texts_or(name, || argument(format!("`{name}` must be a character vector without NA, or NULL")))
    }

    fn number(&self, name: &str) -> Result<Option<f64>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let wrong = || argument(format!("`{name}` must be one finite number, or NULL"));
        vectors::number(value).map(Some).ok_or_else(wrong)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let wrong = || argument(format!("`{name}` must be TRUE or FALSE"));
        vectors::truth(value).map(Some).ok_or_else(wrong)
    }

    /// A named list of single strings, or a named character vector.
    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>> {
        let wrong = || {
            argument(format!("`{name}` must be a named list of single strings, or a named character vector"))
        };
        let Some(value) = self.value(name).filter(|value| value.len() > 0) else { return Ok(None) };
        let names = vectors::names(value).ok_or_else(wrong)?.into_iter();
        let names = names.map(|name| name.valid().filter(|name| !name.is_empty()));
        let names = names.collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
        let texts = match vectors::members(value) {
            Some((_, items)) => items.iter().map(vectors::text).collect::<Option<Vec<_>>>(),
            None => vectors::texts(value).and_then(|texts| texts.into_iter().map(Text::valid).collect()),
        };
        Ok(Some(names.into_iter().zip(texts.ok_or_else(wrong)?).collect()))
    }

    /// A list, or the text of a document.
    fn json(&self, name: &str) -> Result<Option<Value>> {
        match self.value(name).filter(|value| value.is_list()) {
            Some(list) => json::from_r(list, name).map(Some),
            None => Ok(self.text(name)?.map(Value::String)),
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    fn time(&self, name: &str) -> Result<Option<SystemTime>> {
        let Some(seconds) = self.number(name)? else { return Ok(None) };
        let since = Duration::try_from_secs_f64(seconds).ok();
        let time = since.and_then(|since| UNIX_EPOCH.checked_add(since));
        time.map(Some).ok_or_else(|| argument(format!("`{name}` is no time since 1970")))
    }

    fn object(&self, name: &str) -> Result<Option<Object>> {
        match self.value(name) {
            Some(value) if name == "self" => object_of(value, "the object").map(Some),
            Some(value) if !value.is_string() => object_of(value, &format!("`{name}`")).map(Some),
            _ => Ok(None),
        }
    }

    /// The value of `jwt_any()`.
    fn is_any(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.inherits("jwt_any"))
    }
}

/// The error for a value that cannot be used.
pub(crate) fn argument(message: String) -> Error {
    Error::new(ErrorKind::Config, "InvalidArgument", message)
}

/// Strings with names, for a person to read.
pub(crate) fn texts_to_r<'a>(texts: impl IntoIterator<Item = (&'a String, &'a String)>) -> Result<Robj> {
    let (names, texts): (Vec<_>, Vec<_>) =
        texts.into_iter().map(|(name, text)| (without_nul(name), without_nul(text))).unzip();
    let mut list = List::from_values(texts);
    list.set_names(names).map_err(|_| defect())?;
    Ok(list.into())
}

/// A string, or NULL.
pub(crate) fn text_or_null(text: Option<&str>) -> Robj {
    text.map_or_else(Robj::default, |text| without_nul(text).into())
}

/// The same text, fit for R, where what matters is that a person can read it.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
