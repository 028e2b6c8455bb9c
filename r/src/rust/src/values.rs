//! Values as R hands them over: checked for type and length, and named when they are wrong. Their text is never shown.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, ErrorKind, Value};
use cognitoken_surface::{Object, Values};
use extendr_api::prelude::*;

use crate::json;
use crate::objects::object_of;
use crate::reply::defect;

type Result<T> = std::result::Result<T, Error>;

/// The values of one call: a named list. A value that is NULL or not in it is absent.
pub(crate) struct Arguments(Vec<(String, Robj)>);

impl Arguments {
    pub(crate) fn new(values: &Robj) -> Self {
        // extendr makes a slice of what R points to, and R 4.5 and newer point nowhere where there is nothing.
        let list = if values.len() == 0 { None } else { values.as_list() };
        let given = list.iter().flat_map(List::iter).filter(|(_, value)| !value.is_null());
        Self(given.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn value(&self, name: &str) -> Option<&Robj> {
        self.0.iter().find(|(its_name, _)| its_name == name).map(|(_, value)| value)
    }

    fn texts_or(&self, name: &str, wrong: impl Fn() -> Error) -> Result<Option<Vec<String>>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let strings = strings(value).ok_or_else(&wrong)?;
        let texts = strings.iter().map(|text| {
            if text.is_na() {
                return Err(wrong());
            }
            valid_utf8(text).ok_or_else(|| argument(format!("`{name}` is not valid UTF-8")))
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
        let number = single(value).and_then(|value| value.as_real().or(value.as_integer().map(f64::from)));
        let number = number.filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| argument(format!("`{name}` must be one finite number, or NULL")))
    }

    fn truth(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let truth = single(value).and_then(|value| value.as_bool());
        truth.map(Some).ok_or_else(|| argument(format!("`{name}` must be TRUE or FALSE")))
    }

    /// A named list of single strings, or a named character vector.
    fn named_texts(&self, name: &str) -> Result<Option<BTreeMap<String, String>>> {
        let wrong = || {
            argument(format!("`{name}` must be a named list of single strings, or a named character vector"))
        };
        let Some(value) = self.value(name).filter(|value| value.len() > 0) else { return Ok(None) };
        let names =
            value.names().ok_or_else(wrong)?.map(|name| valid_utf8(name).filter(|name| !name.is_empty()));
        let names = names.collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
        let texts = match value.as_list() {
            Some(list) => list.values().map(|item| single_text(&item)).collect::<Option<Vec<_>>>(),
            None => strings(value).and_then(|texts| {
                texts.iter().map(|text| (!text.is_na()).then(|| valid_utf8(text))?).collect()
            }),
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

/// The strings of a character vector; `None` for anything else.
fn strings(value: &Robj) -> Option<Vec<Rstr>> {
    // extendr makes a slice of what R points to, and R 4.5 and newer point nowhere where there is nothing.
    match value.len() {
        0 => value.is_string().then(Vec::new),
        _ => Strings::try_from(value.clone()).ok().map(|strings| strings.iter().cloned().collect()),
    }
}

fn single(value: &Robj) -> Option<&Robj> {
    Some(value).filter(|value| value.len() == 1)
}

fn single_text(value: &Robj) -> Option<String> {
    let texts = strings(value)?;
    let mut texts = texts.iter();
    let text = texts.next().filter(|text| !text.is_na() && texts.next().is_none())?;
    valid_utf8(text)
}

/// R vouches for no string's bytes, whatever encoding is written on it.
pub(crate) fn valid_utf8(text: &str) -> Option<String> {
    String::from_utf8(text.as_bytes().to_vec()).ok()
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
