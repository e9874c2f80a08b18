//! FNV-1a, a hash that is the same on every machine and in every release. In: bytes. Out: 64 bits for marks in names, and 128 bits where what
//! has one hash counts as one. It resists no attack: who writes a schema can at most make two of its own types collide.

/// The hash of nothing in 128 bits, which hashes begin with.
pub(crate) const EMPTY_HASH: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

/// Returns the hash of what `start` is the hash of, and of `bytes` behind it.
pub(crate) fn extend_hash(start: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    })
}

/// Returns the hash of a text in 64 bits.
pub(crate) fn hash_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes of `foobar` are among the test vectors that its authors publish.
    #[test]
    fn hashes_are_those_of_the_authors() {
        assert_eq!(hash_text(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash_text("foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(
            extend_hash(EMPTY_HASH, b"foobar"),
            0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18
        );
        let in_parts = extend_hash(extend_hash(EMPTY_HASH, b"foo"), b"bar");
        assert_eq!(in_parts, extend_hash(EMPTY_HASH, b"foobar"));
    }
}
