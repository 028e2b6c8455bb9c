//! Squaring modulo N, four fifths of the work of an exponentiation.
//!
//! crypto-bigint squares by multiplying a number with itself. Going through the product column by column, each pair of
//! different words is multiplied once and counted twice, and Montgomery's reduction (Koç, Acar, Kaliski: "Analyzing and
//! comparing Montgomery multiplication algorithms", 1996) is done along the way. That saves a fifth of the time.

use crypto_bigint::{Choice, CtEq, CtSelect, Limb, U3072, WideWord, Word};

use super::group::Element;

const WORDS: usize = U3072::LIMBS;

const MODULUS: [Word; WORDS] = Element::MODULUS.as_ref().to_words();

/// Returns the square of `value`, in steps that do not depend on it.
pub(super) fn square(value: &Element) -> Element {
    // N ends in a word of ones, so the multiple of N that clears a column is the column's own lowest word.
    const { assert!(MODULUS[0] == Word::MAX) };

    let value = value.as_montgomery().as_words();
    let mut multiples = [0; WORDS];
    let mut column = Column::default();
    for position in 0..WORDS {
        column.add(square_column(value, position));
        column.add_products(&multiples[..position], &MODULUS[1..=position]);
        multiples[position] = column.lowest_word();
        column.add_product(multiples[position], MODULUS[0]);
        column.shift();
    }
    let mut words = [0; WORDS];
    for position in WORDS..2 * WORDS - 1 {
        let first = position - WORDS + 1;
        column.add(square_column(value, position));
        column.add_products(&multiples[first..], &MODULUS[first..]);
        words[first - 1] = column.lowest_word();
        column.shift();
    }
    words[WORDS - 1] = column.lowest_word();
    column.shift();
    reduced_once(&U3072::from_words(words), column.lowest_word().ct_ne(&0))
}

/// The sum of the products of words whose positions add up to `position`.
///
/// Inlined into its two callers, each on one side of the middle, which takes a sixth off a squaring.
#[inline(always)]
fn square_column(value: &[Word; WORDS], position: usize) -> Column {
    let first = position.saturating_sub(WORDS - 1);
    let last = position.min(WORDS - 1);
    let pairs = (last - first).div_ceil(2);
    let mut column = Column::default();
    column.add_products(&value[first..first + pairs], &value[last + 1 - pairs..=last]);
    column.double();
    if position.is_multiple_of(2) {
        column.add_product(value[position / 2], value[position / 2]);
    }
    column
}

/// Subtracts N from a number below 2 N, unless it is below N. `overflow` is its highest bit, which did not fit.
fn reduced_once(number: &U3072, overflow: Choice) -> Element {
    let (less, borrow) = number.borrowing_sub(Element::MODULUS.as_ref(), Limb::ZERO);
    let below = borrow.ct_ne(&Limb::ZERO).and(overflow.not());
    Element::from_montgomery(less.ct_select(number, below))
}

/// A sum of products of words, three words long.
#[derive(Default)]
struct Column {
    low: WideWord,
    high: Word,
}

impl Column {
    #[inline(always)]
    fn add_product(&mut self, left: Word, right: Word) {
        self.add(Self { low: WideWord::from(left) * WideWord::from(right), high: 0 });
    }

    /// The first of `left` times the last of `right`, the second times the last but one, and so on.
    ///
    /// Four at a time, written out: a build for size does not do so by itself, and took almost twice the time.
    #[inline(always)]
    fn add_products(&mut self, left: &[Word], right: &[Word]) {
        let (left_fours, left_rest) = left.as_chunks::<4>();
        let (right_rest, right_fours) = right.as_rchunks::<4>();
        for (left, right) in left_fours.iter().zip(right_fours.iter().rev()) {
            self.add_product(left[0], right[3]);
            self.add_product(left[1], right[2]);
            self.add_product(left[2], right[1]);
            self.add_product(left[3], right[0]);
        }
        for (&left, &right) in left_rest.iter().zip(right_rest.iter().rev()) {
            self.add_product(left, right);
        }
    }

    #[inline(always)]
    fn add(&mut self, other: Self) {
        let (low, carry) = self.low.overflowing_add(other.low);
        self.low = low;
        self.high += other.high + Word::from(carry);
    }

    #[inline(always)]
    fn double(&mut self) {
        self.high = self.high << 1 | (self.low >> (WideWord::BITS - 1)) as Word;
        self.low <<= 1;
    }

    #[inline(always)]
    fn lowest_word(&self) -> Word {
        self.low as Word
    }

    #[inline(always)]
    fn shift(&mut self) {
        self.low = self.low >> Word::BITS | WideWord::from(self.high) << Word::BITS;
        self.high = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_edges_are_squared_as_the_library_does() {
        let largest = Element::ZERO - Element::ONE;
        let in_montgomery_form = |integer: U3072| Element::from_montgomery(integer);
        let single_bits = (0..U3072::BITS - 1).map(|bit| in_montgomery_form(U3072::ONE << bit));
        let largest_form = in_montgomery_form(Element::MODULUS.as_ref().wrapping_sub(&U3072::ONE));
        for value in [Element::ZERO, Element::ONE, largest, largest_form].into_iter().chain(single_bits) {
            assert_eq!(square(&value), value.square(), "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_squared_as_the_library_does(bytes in prop::collection::vec(any::<u8>(), 384)) {
            let value = Element::new(&U3072::from_be_slice(&bytes));
            prop_assert_eq!(square(&value), value.square());
        }
    }
}
