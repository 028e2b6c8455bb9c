//! Reading the fields of a vector: the same value comes in hexadecimal or decimal digits, in base64 or as text.

use std::cell::Cell;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::U16384;
use serde_json::Value;

pub(crate) struct Vector<'v> {
    value: &'v Value,
    place: String,
    compared: Cell<bool>,
}

impl<'v> Vector<'v> {
    pub(crate) fn new(value: &'v Value, place: String) -> Self {
        Self { value, place, compared: Cell::new(false) }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&'v Value> {
        self.value.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'v str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// Digits of either kind, or a JSON number, as lower-case hexadecimal digits without leading zeros.
    pub(crate) fn integer(&self, name: &str) -> Option<String> {
        if let Some(digits) = self.text(&format!("{name}_hex")) {
            return Some(plain(digits));
        }
        let digits = match self.value.get(name) {
            Some(number) => number.as_u64().unwrap_or_else(|| panic!("{name} is not a number")).to_string(),
            None => self.text(&format!("{name}_dec"))?.to_owned(),
        };
        let integer =
            U16384::from_str_radix_vartime(&digits, 10).unwrap_or_else(|_| panic!("{name} is not decimal"));
        Some(plain(&format!("{integer:x}")))
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        if let Some(digits) = self.text(&format!("{name}_hex")) {
            return Some(from_hex(digits));
        }
        if let Some(text) = self.text(&format!("{name}_b64")) {
            return Some(STANDARD.decode(text).unwrap_or_else(|_| panic!("{name} is not base64")));
        }
        self.text(&format!("{name}_utf8")).map(|text| text.as_bytes().to_vec())
    }

    pub(crate) fn need<T>(&self, name: &str, found: Option<T>) -> T {
        found.unwrap_or_else(|| panic!("no {name}"))
    }

    pub(crate) fn need_text(&self, name: &str) -> &'v str {
        self.need(name, self.text(name))
    }

    pub(crate) fn need_integer(&self, name: &str) -> String {
        self.need(name, self.integer(name))
    }

    pub(crate) fn need_bytes(&self, name: &str) -> Vec<u8> {
        self.need(name, self.bytes(name))
    }

    /// Compares, where the vector says what to expect.
    pub(crate) fn compare<T: PartialEq + fmt::Debug>(&self, name: &str, expected: Option<T>, actual: T) {
        if let Some(expected) = expected {
            assert_eq!(actual, expected, "{name}");
            self.compared.set(true);
        }
    }

    pub(crate) fn compare_integer(&self, name: &str, actual: &str) {
        self.compare(name, self.integer(name), plain(actual));
    }

    pub(crate) fn compare_bytes(&self, name: &str, actual: &[u8]) {
        self.compare(name, self.bytes(name), actual.to_vec());
    }

    pub(crate) fn compare_text(&self, name: &str, actual: &str) {
        self.compare(name, self.text(name), actual);
    }

    pub(crate) fn nothing_compared(&self) -> bool {
        !self.compared.get()
    }
}

impl fmt::Display for Vector<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text("id") {
            Some(id) => write!(formatter, "{} {id}", self.place),
            None => formatter.write_str(&self.place),
        }
    }
}

/// Hexadecimal digits without leading zeros, in lower case.
pub(crate) fn plain(digits: &str) -> String {
    let significant = digits.trim_start_matches('0').to_lowercase();
    if significant.is_empty() { "0".to_owned() } else { significant }
}

pub(crate) fn from_hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "an odd number of digits is no whole number of bytes");
    let pairs = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16));
    pairs.collect::<Result<_, _>>().expect("hexadecimal digits")
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
