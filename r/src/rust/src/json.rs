//! JSON as R has it, and back.

use cognitoken::{Claims, Error, ErrorKind};
use extendr_api::prelude::*;
use serde_json::{Number, Value};

use crate::reply::defect;
use crate::values::argument;
use crate::vectors::{self, Text};

type Result<T> = std::result::Result<T, Error>;

/// The largest integer up to which a double holds every one exactly.
const EXACT: u64 = 1 << 53;

/// The levels of lists in lists that are read, as many as a JSON document may have.
const MOST_LEVELS: usize = 128;

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

/// A list of R as JSON: a list with names is an object, one without an array; a vector of length one is a single value, and
/// `NA` is null.
pub(crate) fn from_r(value: &Robj, name: &str) -> Result<Value> {
    from_r_within(value, name, MOST_LEVELS)
}

fn from_r_within(value: &Robj, name: &str, levels: usize) -> Result<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let Some(levels) = levels.checked_sub(1) else {
        return Err(argument(format!("`{name}` is nested more than {MOST_LEVELS} levels deep")));
    };
    if let Some((names, members)) = vectors::members(value) {
        let members = members.iter().map(|member| from_r_within(member, name, levels));
        let Some(names) = names else { return members.collect::<Result<_>>().map(Value::Array) };
        let wrong = || argument(format!("`{name}` has a name that is NA or not valid UTF-8"));
        let names = names.into_iter().map(|member| member.valid().ok_or_else(wrong));
        return names
            .zip(members)
            .map(|(name, member)| Ok((name?, member?)))
            .collect::<Result<_>>()
            .map(Value::Object);
    }
    let items = if let Some(labels) = vectors::labels(value) {
        labels.into_iter().map(Value::from).collect::<Vec<_>>()
    } else if let Some(texts) = vectors::texts(value) {
        let wrong = || argument(format!("`{name}` holds a string that is not valid UTF-8"));
        let texts = texts.into_iter().map(|text| match text {
            Text::Valid(text) => Ok(Value::String(text)),
            Text::Missing => Ok(Value::Null),
            Text::Invalid => Err(wrong()),
        });
        texts.collect::<Result<_>>()?
    } else if let Some(truths) = vectors::truths(value) {
        truths.into_iter().map(Value::from).collect()
    } else if let Some(integers) = vectors::integers(value) {
        integers.into_iter().map(Value::from).collect()
    } else if let Some(numbers) = vectors::doubles(value) {
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
