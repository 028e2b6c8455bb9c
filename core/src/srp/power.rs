//! Exponentiation modulo N, by secret exponents.

use crypto_bigint::{Choice, CtAssign, U512};
use zeroize::Zeroizing;

use super::group::Element;
use super::square::square;

/// `base` to a secret power, four bits at a time.
pub(super) fn power(base: &Element, exponent: &U512) -> Zeroizing<Element> {
    let mut powers = Zeroizing::new([Element::ONE; 16]);
    for index in 1..powers.len() {
        powers[index] = powers[index - 1] * base;
    }
    let mut product = Zeroizing::new(Element::ONE);
    for byte in Zeroizing::new(exponent.to_be_bytes()).as_ref() {
        for digit in [byte >> 4, byte & 0xf] {
            for _ in 0..4 {
                *product = square(&product);
            }
            *product *= &*secret_entry(&powers[..], digit.into());
        }
    }
    product
}

/// `table[index]`, without the index showing in the time taken or the memory touched: every entry is read.
pub(super) fn secret_entry(table: &[Element], index: u32) -> Zeroizing<Element> {
    let mut found = Zeroizing::new(Element::ZERO);
    for (number, entry) in (0..).zip(table) {
        found.ct_assign(entry, Choice::from_u32_eq(number, index));
    }
    found
}
