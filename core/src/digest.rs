//! SHA-256 and hexadecimal digits.

use aws_lc_rs::digest::{Context, SHA256};
use zeroize::Zeroizing;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The SHA-256 hash of the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = Zeroizing::new([0; 32]);
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The bytes as lower-case hexadecimal digits, two for each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            digits.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    digits
}

/// The value of one hexadecimal digit of either case; `None` for any other character.
pub(crate) fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_hashed_as_one_text() {
        let whole = hex(&*sha256(&[b"abc"]));
        // FIPS 180-4, example B.1.
        assert_eq!(whole, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(&*sha256(&[b"a", b"", b"bc"])), whole);
    }

    #[test]
    fn every_byte_is_two_digits_that_stand_for_it() {
        for byte in 0..=u8::MAX {
            let digits = hex(&[byte]);
            assert_eq!(digits, format!("{byte:02x}"));
            let values: Vec<u8> = digits.bytes().map(|digit| hex_digit(digit).unwrap()).collect();
            assert_eq!(values[0] << 4 | values[1], byte);
        }
        assert_eq!((hex_digit(b'F'), hex_digit(b'g'), hex_digit(b' ')), (Some(15), None, None));
    }
}
