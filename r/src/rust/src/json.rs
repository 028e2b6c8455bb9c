//! JSON as R has it, and back.

use cognitoken::{Claims, Error, ErrorKind};
use extendr_api::prelude::*;
use serde_json::{Map, Number, Value};

use crate::reply::defect;
use crate::values::{argument, valid_utf8};

type Result<T> = std::result::Result<T, Error>;

/// The largest integer up to which a double holds every one exactly.
const EXACT: u64 = 1 << 53;

/// An object as a named list, its members in their order.
fn object_to_r(object: &Claims) -> Result<Robj> {
    let names = object.keys().map(|name| checked(name)).collect::<Result<Vec<_>>>()?;
    let values = object.values().map(to_r).collect::<Result<Vec<_>>>()?;
    let mut list = List::from_values(values);
    list.set_names(names).map_err(|_| defect())?;
    Ok(list.into())
}

/// A value: an array of one type is a vector, any other a list; a number is an integer where R's integers reach, and an
/// integer that a double would round is a string of its digits.
pub(crate) fn to_r(value: &Value) -> Result<Robj> {
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

fn array_to_r(items: &[Value]) -> Result<Robj> {
    if items.is_empty() {
        return Ok(List::new(0).into());
    }
    if let Some(texts) = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
        return Ok(texts.into_iter().map(checked).collect::<Result<Vec<_>>>()?.into());
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
    Ok(List::from_values(items.iter().map(to_r).collect::<Result<Vec<_>>>()?).into())
}

/// The smallest `i32` is R's missing value.
fn small_integer(number: &Number) -> Option<i32> {
    number.as_i64().and_then(|wide| i32::try_from(wide).ok()).filter(|integer| *integer != i32::MIN)
}

/// Returns whether it is an integer that a double cannot hold exactly.
fn is_rounded(number: &Number) -> bool {
    let size = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
    size.is_some_and(|size| size > EXACT)
}

fn double(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// R ends a program that hands it a string with a NUL in it.
fn checked(text: &str) -> Result<&str> {
    if text.contains('\0') {
        let message = "a string in the token holds a NUL character, which a string of R cannot";
        return Err(Error::new(ErrorKind::TokenInvalid, "MalformedToken", message));
    }
    Ok(text)
}

/// A list of R as JSON: a list with names is an object, one without an array; a vector of length one is a single value.
pub(crate) fn from_r(value: &Robj, name: &str) -> Result<Value> {
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
            return list
                .values()
                .map(|item| from_r(&item, name))
                .collect::<Result<Vec<_>>>()
                .map(Value::Array);
        }
        let members = list.iter().map(|(member, item)| Ok((member.to_owned(), from_r(&item, name)?)));
        return members.collect::<Result<Map<_, _>>>().map(Value::Object);
    }
    let items = if let Some(texts) = value.as_str_vector() {
        texts.into_iter().map(|text| valid_utf8(text).unwrap_or_default().into()).collect::<Vec<_>>()
    } else if let Some(truths) = value.as_logical_vector() {
        truths.into_iter().map(|truth| truth.to_bool().into()).collect()
    } else if let Some(integers) = value.as_integer_vector() {
        integers.into_iter().map(Value::from).collect()
    } else if let Some(numbers) = value.as_real_vector() {
        numbers.into_iter().map(number_from_r).collect()
    } else {
        return Err(argument(format!("`{name}` holds something that JSON has no word for")));
    };
    Ok(match <[Value; 1]>::try_from(items) {
        Ok([single]) => single,
        Err(items) => Value::Array(items),
    })
}

/// A number of R, whose doubles hold integers too.
fn number_from_r(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() <= EXACT as f64 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}
