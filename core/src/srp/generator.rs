//! Secret powers of the generator, by a table that is built into the binary.
//!
//! A comb (Lim and Lee, CRYPTO '94): the 256 bits of an exponent are laid out in `TEETH` rows, the rows are cut into
//! `TABLES` stretches, and one entry of a table is the product for one column of a stretch. Instead of 256 squarings
//! and 64 products this takes 25 squarings and 52 products.
//!
//! The index of an entry is secret, so every look-up reads all entries.

use crypto_bigint::{U256, U3072};
use zeroize::Zeroizing;

use super::group::{ELEMENT_BYTES, Element};
use super::power::secret_entry;
use super::square::square;

const TEETH: usize = 5;
const TABLES: usize = 2;
/// The columns that all teeth and tables need to cover 256 bits.
const COLUMNS: usize = 26;
const ENTRIES: usize = 1 << TEETH;

type Table = [Element; ENTRIES];

/// Entry `i` of table `t` is the product of `2^(2^(tooth * TABLES * COLUMNS + t * COLUMNS))` over the bits `tooth` that
/// are set in `i`, in Montgomery form.
///
/// A larger table is hardly faster: reading all of it takes as long as the products that it saves.
static POWERS: [Table; TABLES] = read_tables(include_bytes!("generator_powers.bin"));

/// Returns the generator to the power of `exponent`.
pub(super) fn generator_power(exponent: &U256) -> Zeroizing<Element> {
    let bits = Bits::of(exponent);
    let mut product = Zeroizing::new(Element::ONE);
    for column in (0..COLUMNS).rev() {
        if column + 1 < COLUMNS {
            *product = square(&product);
        }
        for (stretch, table) in POWERS.iter().enumerate() {
            *product *= &*secret_entry(table, bits.tooth_marks(stretch * COLUMNS + column));
        }
    }
    product
}

/// The bits of an exponent, with zeros up to the end of the last tooth.
struct Bits(Zeroizing<[u8; BITS_BYTES]>);

const BITS_BYTES: usize = (TEETH * TABLES * COLUMNS).div_ceil(8);

impl Bits {
    fn of(exponent: &U256) -> Self {
        let mut bits = Zeroizing::new([0; BITS_BYTES]);
        bits[..U256::BYTES].copy_from_slice(Zeroizing::new(exponent.to_le_bytes()).as_ref());
        Self(bits)
    }

    /// The bits under the teeth of the comb when its first tooth is at `offset`.
    fn tooth_marks(&self, offset: usize) -> u32 {
        (0..TEETH).fold(0, |marks, tooth| {
            let position = tooth * TABLES * COLUMNS + offset;
            let bit = self.0[position / 8] >> (position % 8) & 1;
            marks | u32::from(bit) << tooth
        })
    }
}

const fn read_tables(bytes: &[u8; TABLES * ENTRIES * ELEMENT_BYTES]) -> [Table; TABLES] {
    let mut tables = [[Element::ZERO; ENTRIES]; TABLES];
    let (elements, _) = bytes.as_chunks::<ELEMENT_BYTES>();
    let mut position = 0;
    while position < elements.len() {
        let element = U3072::from_le_slice(&elements[position]);
        tables[position / ENTRIES][position % ENTRIES] = Element::from_montgomery(element);
        position += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::group::GENERATOR;
    use super::*;

    fn plain_power(exponent: &U256) -> U3072 {
        GENERATOR.pow(exponent).retrieve()
    }

    fn computed_tables() -> Vec<Element> {
        let reach = TEETH * TABLES * COLUMNS;
        let mut squares = vec![GENERATOR];
        while squares.len() < reach {
            squares.push(squares[squares.len() - 1].square());
        }
        let entry = |table: usize, index: usize| {
            let teeth = (0..TEETH).filter(|tooth| index >> tooth & 1 == 1);
            let factors = teeth.map(|tooth| squares[(tooth * TABLES + table) * COLUMNS]);
            factors.fold(Element::ONE, |product, factor| product * factor)
        };
        (0..TABLES)
            .flat_map(|table| (0..ENTRIES).map(move |index| (table, index)))
            .map(|(t, i)| entry(t, i))
            .collect()
    }

    #[test]
    fn the_table_is_what_the_group_says() {
        assert_eq!(POWERS.as_flattened(), computed_tables());
    }

    /// Writes `generator_powers.bin`; needed only when the shape of the table changes.
    /// `cargo test -p cognitoken write_the_table -- --ignored`
    #[test]
    #[ignore = "writes a file of the source"]
    fn write_the_table() {
        let bytes: Vec<u8> = computed_tables()
            .iter()
            .flat_map(|entry| entry.as_montgomery().to_le_bytes().as_ref().to_vec())
            .collect();
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/srp/generator_powers.bin"), bytes).unwrap();
    }

    #[test]
    fn the_comb_agrees_with_plain_exponentiation_at_the_edges() {
        let single_bits = (0..U256::BITS).map(|bit| U256::ONE << bit);
        for exponent in [U256::ZERO, U256::ONE, U256::MAX].into_iter().chain(single_bits) {
            assert_eq!(generator_power(&exponent).retrieve(), plain_power(&exponent), "{exponent}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_comb_agrees_with_plain_exponentiation(exponent in any::<[u8; 32]>()) {
            let exponent = U256::from_be_slice(&exponent);
            prop_assert_eq!(generator_power(&exponent).retrieve(), plain_power(&exponent));
        }
    }
}
