//! Values as R hands them over: checked for type and length, and named when they are wrong. Their text is never shown.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognitoken::{Error, ErrorKind};
use extendr_api::prelude::*;

use crate::reply::Failure;

/// The values of one call: a named list. A value that is NULL or not in it is absent.
pub(crate) struct Arguments(List);

impl Arguments {
    pub(crate) fn new(values: &Robj) -> Result<Self, Failure> {
        values.as_list().map(Self).ok_or_else(Failure::defect)
    }

    pub(crate) fn value(&self, name: &str) -> Option<Robj> {
        self.0.iter().find(|(its_name, value)| *its_name == name && !value.is_null()).map(|(_, value)| value)
    }

    /// The names of the values that are there.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name)
    }

    /// One string.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        let wrong = || Failure::argument(format!("`{name}` must be one string, not NA, or NULL"));
        self.texts_or(name, wrong)?
            .map(|texts| <[String; 1]>::try_from(texts).map(|[text]| text).map_err(|_| wrong()))
            .transpose()
    }

    /// One string that has to be there.
    pub(crate) fn required_text(&self, name: &str) -> Result<String, Failure> {
        self.text(name)?.ok_or_else(|| Failure::argument(format!("`{name}` must be one string")))
    }

    /// Any number of strings.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Failure> {
        self.texts_or(name, || {
            Failure::argument(format!("`{name}` must be a character vector without NA, or NULL"))
        })
    }

    fn texts_or(&self, name: &str, wrong: impl Fn() -> Failure) -> Result<Option<Vec<String>>, Failure> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let strings = strings(value).ok_or_else(&wrong)?;
        let texts = strings.iter().map(|text| {
            if text.is_na() {
                return Err(wrong());
            }
            valid_utf8(text).ok_or_else(|| Failure::argument(format!("`{name}` is not valid UTF-8")))
        });
        texts.collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// A point in time, given as seconds since 1970-01-01T00:00:00Z.
    pub(crate) fn time(&self, name: &str) -> Result<Option<SystemTime>, Failure> {
        let Some(seconds) = self.number(name)? else { return Ok(None) };
        let since = Duration::try_from_secs_f64(seconds).ok();
        let time = since.and_then(|since| UNIX_EPOCH.checked_add(since));
        time.map(Some).ok_or_else(|| Failure::argument(format!("`{name}` is no time since 1970")))
    }

    /// One number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Failure> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let number =
            value.as_real().or_else(|| value.as_integer().map(f64::from)).filter(|number| number.is_finite());
        number
            .map(Some)
            .ok_or_else(|| Failure::argument(format!("`{name}` must be one finite number, or NULL")))
    }

    /// Strings with names: a named list of single strings, or a named character vector.
    pub(crate) fn named_texts(&self, name: &str) -> Result<Vec<(String, String)>, Failure> {
        let wrong = || {
            Failure::argument(format!(
                "`{name}` must be a named list of single strings, or a named character vector"
            ))
        };
        let Some(value) = self.value(name).filter(|value| value.len() > 0) else { return Ok(Vec::new()) };
        let names =
            value.names().ok_or_else(wrong)?.map(|name| valid_utf8(name).filter(|name| !name.is_empty()));
        let names = names.collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
        let texts = match value.as_list() {
            Some(list) => list.values().map(|item| single_text(&item)).collect::<Option<Vec<_>>>(),
            None => strings(value).and_then(|texts| {
                texts.iter().map(|text| (!text.is_na()).then(|| valid_utf8(text))?).collect()
            }),
        };
        Ok(names.into_iter().zip(texts.ok_or_else(wrong)?).collect())
    }

    /// TRUE or FALSE, as a user says it.
    pub(crate) fn truth(&self, name: &str) -> Result<bool, Failure> {
        let Some(value) = self.value(name) else { return Ok(false) };
        value.as_bool().ok_or_else(|| Failure::argument(format!("`{name}` must be TRUE or FALSE")))
    }

    /// Returns whether the value is TRUE. Only this package's R code passes such values.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(|value| value.as_bool()).unwrap_or(false)
    }

    /// Returns the Rust value behind the external pointer of an R object.
    pub(crate) fn object<T: Clone + 'static>(&self, name: &str, wanted: &str) -> Result<T, Failure> {
        let wrong = || Failure::argument(format!("`{name}` must be {wanted}"));
        let object = self.value(name).ok_or_else(wrong)?;
        match <ExternalPtr<T>>::try_from(&object) {
            Ok(pointer) => Ok(pointer.addr().clone()),
            Err(extendr_api::Error::ExpectedExternalNonNullPtr(_)) => {
                let message = format!("`{name}` is empty: it comes from a file, or from another R process");
                Err(Error::new(ErrorKind::Config, "EmptyObject", message)
                    .with_hint("It lives in the R process that made it, and is never written out. Make it anew here.")
                    .into())
            }
            Err(_) => Err(wrong()),
        }
    }
}

/// The strings of a character vector; `None` for anything else.
fn strings(value: Robj) -> Option<Vec<Rstr>> {
    // extendr makes a slice of what R points to, and R 4.5 and newer point nowhere where there is nothing.
    match value.len() {
        0 => value.is_string().then(Vec::new),
        _ => Strings::try_from(value).ok().map(|strings| strings.iter().cloned().collect()),
    }
}

fn single_text(value: &Robj) -> Option<String> {
    let texts = strings(value.clone())?;
    let mut texts = texts.iter();
    let text = texts.next().filter(|text| !text.is_na() && texts.next().is_none())?;
    valid_utf8(text)
}

/// R vouches for no string's bytes, whatever encoding is written on it.
pub(crate) fn valid_utf8(text: &str) -> Option<String> {
    String::from_utf8(text.as_bytes().to_vec()).ok()
}
