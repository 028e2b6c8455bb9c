//! PAD: the bytes of a number, as Cognito hashes it.

use crypto_bigint::U3072;
use zeroize::Zeroizing;

use super::group::ELEMENT_BYTES;
use crate::digest::{hex, hex_digit};

/// The greatest number of hexadecimal digits in a number of the service: 3072 bits and a sign byte.
const MOST_DIGITS: usize = 2 * (ELEMENT_BYTES + 1);

/// A number that is not negative, as Java's `BigInteger.toByteArray()` writes it: big-endian, as short as can be, with
/// a leading zero byte where the highest bit would otherwise be taken for a sign. Zero is one zero byte.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Padded(Zeroizing<Vec<u8>>);

impl Padded {
    /// Reads hexadecimal digits of either case, also an odd number of them.
    ///
    /// # Errors
    /// The problem of the digits, as the end of a sentence.
    pub(crate) fn from_hex(digits: &str) -> Result<Self, &'static str> {
        if digits.is_empty() {
            return Err("is empty");
        }
        if digits.len() > MOST_DIGITS {
            return Err("is longer than 3072 bits");
        }
        let (odd, pairs) = digits.as_bytes().split_at(digits.len() % 2);
        let bytes: Option<Vec<u8>> = std::iter::once(odd).chain(pairs.chunks(2)).map(byte).collect();
        let padded = Self::from_be_bytes(&bytes.ok_or("is not hexadecimal")?);
        // A number of 385 bytes, other than 384 with a sign byte before them.
        if padded.magnitude().len() > ELEMENT_BYTES { Err("is longer than 3072 bits") } else { Ok(padded) }
    }

    /// Reads big-endian bytes. The number of leading zeros shows in the time, and in the length that is hashed.
    pub(crate) fn from_be_bytes(bytes: &[u8]) -> Self {
        let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
        let magnitude = &bytes[start..];
        let sign = magnitude.first().is_none_or(|&byte| byte >= 0x80);
        let mut padded = Zeroizing::new(Vec::with_capacity(magnitude.len() + 1));
        if sign {
            padded.push(0);
        }
        padded.extend_from_slice(magnitude);
        Self(padded)
    }

    pub(crate) fn from_integer(integer: &U3072) -> Self {
        Self::from_be_bytes(Zeroizing::new(integer.to_be_bytes()).as_ref())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn to_integer(&self) -> U3072 {
        let magnitude = self.magnitude();
        let mut bytes = Zeroizing::new([0; ELEMENT_BYTES]);
        bytes[ELEMENT_BYTES - magnitude.len()..].copy_from_slice(magnitude);
        U3072::from_be_slice(&bytes[..])
    }

    /// Lower-case hexadecimal digits, none of them a leading zero.
    pub(crate) fn to_hex(&self) -> String {
        let digits = hex(&self.0);
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }
    }

    fn magnitude(&self) -> &[u8] {
        self.0.strip_prefix(&[0]).unwrap_or(&self.0)
    }
}

/// One or two hexadecimal digits; none at all is a zero.
fn byte(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | hex_digit(digit)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(digits: &str) -> Vec<u8> {
        Padded::from_hex(digits).unwrap_or_else(|reason| panic!("{digits:?} {reason}")).as_bytes().to_vec()
    }

    #[test]
    fn the_shortest_form_with_room_for_the_sign() {
        for (digits, bytes) in [
            ("0", &[0][..]),
            ("0000", &[0]),
            ("1", &[1]),
            ("7f", &[0x7f]),
            ("80", &[0, 0x80]),
            ("0080", &[0, 0x80]),
            ("0000007f", &[0x7f]),
            ("100", &[1, 0]),
            ("FfFf", &[0, 0xff, 0xff]),
            ("123abcd", &[0x01, 0x23, 0xab, 0xcd]),
        ] {
            assert_eq!(bytes_of(digits), bytes, "{digits}");
        }
    }

    #[test]
    fn what_is_not_a_hexadecimal_number_is_refused() {
        for digits in ["z", "0x12", "-1", "+1", " 1", "1 ", "1\n", "12g4", "DUMMY_SALT", "\u{0661}", "1\0"] {
            assert_eq!(Padded::from_hex(digits).err(), Some("is not hexadecimal"), "{digits:?}");
        }
        assert_eq!(Padded::from_hex("").err(), Some("is empty"));
    }

    #[test]
    fn the_longest_number_has_3072_bits() {
        let longest = "f".repeat(2 * ELEMENT_BYTES);
        for accepted in [longest.clone(), format!("00{longest}")] {
            assert_eq!(Padded::from_hex(&accepted).ok().map(|padded| padded.to_integer()), Some(U3072::MAX));
        }
        for refused in [format!("1{longest}"), format!("000{longest}"), "0".repeat(64 << 20)] {
            assert_eq!(Padded::from_hex(&refused).err(), Some("is longer than 3072 bits"));
        }
    }

    proptest! {
        #[test]
        fn a_number_survives_the_way_through_its_padded_form(bytes in prop::collection::vec(any::<u8>(), ..=ELEMENT_BYTES)) {
            let padded = Padded::from_be_bytes(&bytes);
            let mut whole = vec![0; ELEMENT_BYTES - bytes.len()];
            whole.extend_from_slice(&bytes);
            prop_assert_eq!(padded.to_integer(), U3072::from_be_slice(&whole));
            prop_assert!(Padded::from_integer(&padded.to_integer()) == padded);
            prop_assert!(Padded::from_hex(&padded.to_hex()) == Ok(padded));
        }

        #[test]
        fn no_shorter_form_has_the_same_value_and_sign(bytes in prop::collection::vec(any::<u8>(), ..=ELEMENT_BYTES)) {
            let padded = Padded::from_be_bytes(&bytes);
            let form = padded.as_bytes();
            prop_assert!(form[0] < 0x80, "it would read as negative");
            prop_assert!(form.len() == 1 || form[0] != 0 || form[1] >= 0x80, "one byte could go");
        }

        #[test]
        fn leading_zeros_and_case_of_digits_do_not_matter(digits in "[0-9a-fA-F]{1,80}", zeros in 0..40usize) {
            let padded = bytes_of(&digits);
            prop_assert_eq!(&padded, &bytes_of(&digits.to_lowercase()));
            prop_assert_eq!(&padded, &bytes_of(&format!("{}{digits}", "0".repeat(zeros))));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let hexadecimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            prop_assert_eq!(Padded::from_hex(&text).is_ok(), hexadecimal && text.len() <= MOST_DIGITS);
        }
    }
}
