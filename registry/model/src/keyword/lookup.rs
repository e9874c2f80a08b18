//! From a name to its keyword: a perfect hash, made by the compiler from the table. In: a name. Out: the keyword.

use super::Keyword;
use super::table::ROWS;

/// A power of two, 14 times as many as there are keywords: about one multiplier in twelve then keeps all of them apart.
const SLOTS: usize = 1024;
/// A slot without a keyword.
const EMPTY: u8 = u8::MAX;
/// The golden ratio as a fraction of 2^64: its odd multiples spread over all bits.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Which row has the names of each slot.
struct LookupTable {
    multiplier: u64,
    rows: [u8; SLOTS],
}

static LOOKUP: LookupTable = build_lookup();

/// The lengths of the shortest and the longest name.
const LENGTHS: (usize, usize) = measure_names();

impl Keyword {
    /// Returns the keyword of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        if bytes.len() < LENGTHS.0 || bytes.len() > LENGTHS.1 {
            return None;
        }
        let row = ROWS.get(usize::from(LOOKUP.rows[slot_of(bytes, LOOKUP.multiplier)]))?;
        (row.name == name).then_some(row.keyword)
    }
}

/// The slot of a name of two bytes or more. The bytes are some that tell all keywords apart.
const fn slot_of(name: &[u8], multiplier: u64) -> usize {
    let length = name.len();
    let sample = [name[0], name[1], name[length * 5 / 8], name[length - 1]];
    let mixed = (u32::from_le_bytes(sample) as u64) << 8 | length as u64;
    // The highest bits depend on all the others.
    let [high, low, ..] = mixed.wrapping_mul(multiplier).to_be_bytes();
    (u16::from_be_bytes([high, low]) >> (u16::BITS - SLOTS.trailing_zeros())) as usize
}

/// The first table without two keywords in one slot. If a new keyword shares all its sampled bytes with another, this does not end,
/// and the compiler says so: sample another byte.
const fn build_lookup() -> LookupTable {
    let mut odd = 1;
    loop {
        let multiplier = GOLDEN.wrapping_mul(odd);
        if let Some(rows) = fill_slots(multiplier) {
            return LookupTable { multiplier, rows };
        }
        odd += 2;
    }
}

const fn fill_slots(multiplier: u64) -> Option<[u8; SLOTS]> {
    let mut rows = [EMPTY; SLOTS];
    let mut row: u8 = 0;
    while (row as usize) < ROWS.len() {
        let slot = slot_of(ROWS[row as usize].name.as_bytes(), multiplier);
        if rows[slot] != EMPTY {
            return None;
        }
        rows[slot] = row;
        row += 1;
    }
    Some(rows)
}

const fn measure_names() -> (usize, usize) {
    let (mut shortest, mut longest) = (usize::MAX, 0);
    let mut row = 0;
    while row < ROWS.len() {
        let length = ROWS[row].name.len();
        if length < shortest {
            shortest = length;
        }
        if length > longest {
            longest = length;
        }
        row += 1;
    }
    assert!(
        shortest >= 2 && ROWS.len() < EMPTY as usize,
        "slots hold names of two bytes and numbers below 255"
    );
    (shortest, longest)
}
