//! JSON as R has it, and back.

use std::collections::BTreeMap;

use cognitoken::{Claims, Error, ErrorKind};
use extendr_api::prelude::*;
use serde_json::{Map, Number, Value};

use crate::arguments::valid_utf8;
use crate::reply::Failure;

/// An object as a named list, its members in their order.
pub(crate) fn object_to_r(object: &Claims) -> Result<Robj, Failure> {
    let names = object.keys().map(|name| checked(name)).collect::<Result<Vec<_>, _>>()?;
    let values = object.values().map(to_r).collect::<Result<Vec<_>, _>>()?;
    let mut list = List::from_values(values);
    list.set_names(names).map_err(|_| Failure::defect())?;
    Ok(list.into())
}

/// Strings with names, for a person to read.
pub(crate) fn texts_to_r(texts: &BTreeMap<String, String>) -> Result<Robj, Failure> {
    let mut list = List::from_values(texts.values().map(|text| without_nul(text)));
    list.set_names(texts.keys().map(|name| without_nul(name))).map_err(|_| Failure::defect())?;
    Ok(list.into())
}

/// A value: an array of one type is a vector, any other a list; a number is an integer where R's integers reach, and an
/// integer that a double would round is a string of its digits.
fn to_r(value: &Value) -> Result<Robj, Failure> {
    Ok(match value {
        Value::Null => Robj::default(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match small_integer(number) {
            Some(integer) => integer.into(),
            None if is_rounded(number) => number.to_string().into(),
            None => double(number).into(),
        },
        Value::String(text) => checked(text)?.into(),
        Value::Array(items) => array_to_r(items)?,
        Value::Object(object) => object_to_r(object)?,
    })
}

fn array_to_r(items: &[Value]) -> Result<Robj, Failure> {
    if items.is_empty() {
        return Ok(List::new(0).into());
    }
    if let Some(texts) = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
        return Ok(texts.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?.into());
    }
    if let Some(truths) = items.iter().map(Value::as_bool).collect::<Option<Vec<_>>>() {
        return Ok(truths.into());
    }
    if let Some(numbers) = items.iter().map(Value::as_number).collect::<Option<Vec<_>>>()
        && !numbers.iter().copied().any(is_rounded)
    {
        return Ok(match numbers.iter().copied().map(small_integer).collect::<Option<Vec<_>>>() {
            Some(integers) => integers.into(),
            None => numbers.into_iter().map(double).collect::<Vec<_>>().into(),
        });
    }
    Ok(List::from_values(items.iter().map(to_r).collect::<Result<Vec<_>, _>>()?).into())
}

/// The smallest `i32` is R's missing value.
fn small_integer(number: &Number) -> Option<i32> {
    number.as_i64().and_then(|wide| i32::try_from(wide).ok()).filter(|integer| *integer != i32::MIN)
}

/// Returns whether it is an integer that a double cannot hold exactly.
fn is_rounded(number: &Number) -> bool {
    const EXACT: u64 = 1 << 53;
    let size = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
    size.is_some_and(|size| size > EXACT)
}

fn double(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// R ends a program that hands it a string with a NUL in it.
fn checked(text: &str) -> Result<&str, Failure> {
    if text.contains('\0') {
        let message = "a string in the token holds a NUL character, which a string of R cannot";
        return Err(Error::new(ErrorKind::TokenInvalid, "MalformedToken", message).into());
    }
    Ok(text)
}

/// A string, or NULL.
pub(crate) fn text_or_null(text: Option<&str>) -> Robj {
    text.map_or_else(Robj::default, |text| without_nul(text).into())
}

/// The same text, fit for R, where what matters is that a person can read it.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// A list of R as JSON: a list with names is an object, one without an array; a vector of length one is a single value.
pub(crate) fn from_r(value: &Robj) -> Result<Value, Failure> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if value.len() == 0 {
        // extendr makes a slice of what R points to, and R 4.5 and newer point nowhere where there is nothing.
        let is_object = value.is_list() && value.get_attrib("names").is_some_and(|names| !names.is_null());
        return Ok(if is_object { Value::Object(Map::new()) } else { Value::Array(Vec::new()) });
    }
    if let Some(list) = value.as_list() {
        if list.names().is_none() {
            return list.values().map(|item| from_r(&item)).collect::<Result<Vec<_>, _>>().map(Value::Array);
        }
        let members = list.iter().map(|(name, item)| Ok((name.to_owned(), from_r(&item)?)));
        return members.collect::<Result<Map<_, _>, Failure>>().map(Value::Object);
    }
    let items = if let Some(texts) = value.as_str_vector() {
        texts.into_iter().map(|text| valid_utf8(text).unwrap_or_default().into()).collect::<Vec<_>>()
    } else if let Some(truths) = value.as_logical_vector() {
        truths.into_iter().map(|truth| truth.to_bool().into()).collect()
    } else if let Some(integers) = value.as_integer_vector() {
        integers.into_iter().map(Value::from).collect()
    } else if let Some(numbers) = value.as_real_vector() {
        numbers.into_iter().map(Value::from).collect()
    } else {
        let message = "`jwks` holds something that JSON has no word for";
        return Err(Failure::argument(message.to_owned()));
    };
    Ok(match <[Value; 1]>::try_from(items) {
        Ok([single]) => single,
        Err(items) => Value::Array(items),
    })
}
