//! From text to pieces: runs of one to three characters of each field, folded, blanks left out.

use crate::text::fold_char;
use std::collections::HashMap;

/// Longest piece, characters.
const LONGEST: usize = 3;
/// Characters of a field that are read; a letter says what it is about before that.
const READ: usize = 6_000;

/// A piece of a field: up to three scalars of 21 bits and, above them, the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Piece(u64);

/// Bits of a scalar value.
const BITS: u32 = 21;

impl Piece {
    fn of(field: usize, scalars: &[char]) -> Self {
        // The field has one bit: `Settings` knows two fields. No scalar is zero, so a shorter piece is never taken for a longer one.
        let packed = scalars.iter().fold(0, |n, c| (n << BITS) | u64::from(u32::from(*c)));
        Self(packed | ((field as u64 & 1) << 63))
    }
    pub fn field(self) -> usize {
        usize::from(self.0 >> 63 == 1)
    }
    pub fn text(self) -> String {
        let mut rest = self.0 & !(1 << 63);
        let mut scalars = Vec::with_capacity(LONGEST);
        while rest > 0 {
            scalars.extend(char::from_u32((rest & ((1 << BITS) - 1)) as u32));
            rest >>= BITS;
        }
        scalars.iter().rev().collect()
    }
}

/// How often each piece of a text occurs.
pub(super) fn pieces(fields: &[&str]) -> HashMap<Piece, u32> {
    let mut found = HashMap::new();
    for (field, text) in fields.iter().enumerate() {
        let scalars: Vec<char> = text.chars().take(READ).map(fold_char).filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        for length in 1..=LONGEST {
            for piece in scalars.windows(length) {
                *found.entry(Piece::of(field, piece)).or_insert(0) += 1;
            }
        }
    }
    found
}
