//! What is in R's vectors and external pointers, copied out. Every value that a program passes is read by these functions.
//!
//! extendr makes a slice of what R points to, and R 4.5 and newer point nowhere where there is nothing; it trusts a factor's
//! codes, a string's bytes and an external pointer of another package. So length, type and origin are looked at first.

use std::any::type_name;

use extendr_api::prelude::*;

/// An element of a character vector.
pub(crate) enum Text {
    /// The text, in UTF-8.
    Valid(String),
    /// `NA`.
    Missing,
    /// Bytes that are no UTF-8. R vouches for no string's bytes, whatever encoding is written on it.
    Invalid,
}

impl Text {
    fn of(text: &Rstr) -> Self {
        if text.is_na() {
            return Self::Missing;
        }
        let bytes: &str = text;
        String::from_utf8(bytes.as_bytes().to_vec()).map_or(Self::Invalid, Self::Valid)
    }

    pub(crate) fn valid(self) -> Option<String> {
        match self {
            Self::Valid(text) => Some(text),
            Self::Missing | Self::Invalid => None,
        }
    }
}

/// The elements of a character vector; `None` for anything else.
pub(crate) fn texts(value: &Robj) -> Option<Vec<Text>> {
    if !value.is_string() {
        return None;
    }
    if value.len() == 0 {
        return Some(Vec::new());
    }
    let strings = Strings::try_from(value.clone()).ok()?;
    Some(strings.iter().map(Text::of).collect())
}

/// The only element of a character vector of length one, unless it is `NA` or not UTF-8.
pub(crate) fn text(value: &Robj) -> Option<String> {
    <[Text; 1]>::try_from(texts(value)?).ok().and_then(|[text]| text.valid())
}

/// The labels of a factor's elements, `None` for each without one; `None` for anything else.
pub(crate) fn labels(value: &Robj) -> Option<Vec<Option<String>>> {
    if !value.inherits("factor") {
        return None;
    }
    let levels = value.get_attrib("levels").and_then(|levels| texts(&levels)).unwrap_or_default();
    let levels = levels.into_iter().map(Text::valid).collect::<Vec<_>>();
    let label = |code: i32| levels.get(usize::try_from(code).ok()?.checked_sub(1)?)?.clone();
    Some(integers(value)?.into_iter().map(|code| label(code?)).collect())
}

/// The elements of an integer vector, `None` for each `NA`; `None` for anything else.
pub(crate) fn integers(value: &Robj) -> Option<Vec<Option<i32>>> {
    if value.rtype() != Rtype::Integers {
        return None;
    }
    if value.len() == 0 {
        return Some(Vec::new());
    }
    let integers = value.as_integer_slice()?;
    Some(integers.iter().map(|integer| (*integer != i32::MIN).then_some(*integer)).collect())
}

/// The elements of a double vector, NaN for each `NA`; `None` for anything else.
pub(crate) fn doubles(value: &Robj) -> Option<Vec<f64>> {
    if !value.is_real() {
        return None;
    }
    if value.len() == 0 {
        return Some(Vec::new());
    }
    value.as_real_slice().map(<[f64]>::to_vec)
}

/// The elements of a logical vector, `None` for each `NA`; `None` for anything else.
pub(crate) fn truths(value: &Robj) -> Option<Vec<Option<bool>>> {
    if !value.is_logical() {
        return None;
    }
    if value.len() == 0 {
        return Some(Vec::new());
    }
    let truths = value.as_logical_slice()?;
    Some(truths.iter().map(|truth| (!truth.is_na()).then(|| truth.is_true())).collect())
}

/// The only element of a logical vector of length one, unless it is `NA`.
pub(crate) fn truth(value: &Robj) -> Option<bool> {
    <[Option<bool>; 1]>::try_from(truths(value)?).ok().and_then(|[truth]| truth)
}

/// The only element of a numeric vector of length one, if it is finite. Numbers with a class are none: a difference of times
/// may be in days, and an `integer64` keeps the bits of an integer where a double is expected.
pub(crate) fn number(value: &Robj) -> Option<f64> {
    if value.inherits("AsIs") || !value.is_object() {
        let numbers = doubles(value).or_else(|| {
            Some(integers(value)?.into_iter().map(|integer| integer.map_or(f64::NAN, f64::from)).collect())
        })?;
        return <[f64; 1]>::try_from(numbers).ok().map(|[number]| number).filter(|number| number.is_finite());
    }
    None
}

/// The members of a list, with their names if it has any; `None` for anything else.
pub(crate) fn members(value: &Robj) -> Option<(Option<Vec<Text>>, Vec<Robj>)> {
    if !value.is_list() {
        return None;
    }
    let names = names(value);
    if value.len() == 0 {
        return Some((names, Vec::new()));
    }
    Some((names, value.as_list()?.values().collect()))
}

/// The names of a vector, if it has any.
pub(crate) fn names(value: &Robj) -> Option<Vec<Text>> {
    value.get_attrib("names").and_then(|names| texts(&names))
}

/// Why there is no external pointer.
pub(crate) enum NoPointer {
    /// What it pointed to stayed behind in another process.
    Empty,
    /// It is something else.
    Other,
}

/// The external pointer to a value of this type.
pub(crate) fn pointer<T: 'static>(value: &Robj) -> std::result::Result<ExternalPtr<T>, NoPointer> {
    if !value.is_external_pointer() {
        return Err(NoPointer::Other);
    }
    // SAFETY: it is an external pointer. What it points to is not touched.
    let (address, tag) = unsafe { (value.external_ptr_addr::<u8>(), value.external_ptr_tag()) };
    if address.is_null() {
        return Err(NoPointer::Empty);
    }
    // extendr's own check reads what the pointer points to, which only extendr's pointers to this type survive. The tag is
    // what only compiled code can set.
    if text(&tag).as_deref() != Some(type_name::<T>()) {
        return Err(NoPointer::Other);
    }
    ExternalPtr::try_from(value).map_err(|_| NoPointer::Other)
}
