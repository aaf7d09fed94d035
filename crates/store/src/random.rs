//! Where random bytes come from: the operating system, or, for demonstrations and tests, a seed. A store is opened with one source and
//! everything in it that is random — ids, keys, nonces, salts, codes — is drawn from that, so that the same seed and the same acts in the
//! same order make the same store, byte for byte.

use crate::personal::Random;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bytes; its clones draw from the same.
#[derive(Clone)]
pub enum Source {
    /// The operating system's randomness.
    System,
    /// What follows from a seed. Whoever knows the seed knows every key: for invented data only.
    Seeded(Arc<Mutex<Stream>>),
}

/// SHA-256 over seed and a counter.
pub struct Stream {
    seed: [u8; 32],
    count: u64,
}

impl Source {
    /// The source of a seed, from its beginning.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let seed = Sha256::new_with_prefix(b"fangxin/seed\0").chain_update(seed.to_be_bytes()).finalize().into();
        Self::Seeded(Arc::new(Mutex::new(Stream { seed, count: 0 })))
    }

    /// Whether it follows from a seed.
    #[must_use]
    pub fn is_seeded(&self) -> bool {
        matches!(self, Self::Seeded(_))
    }
}

/// Never what it would give next.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_seeded() { "Source(seeded)" } else { "Source(system)" })
    }
}

impl Random for Source {
    fn fill(&mut self, out: &mut [u8]) {
        match self {
            Self::System => {
                getrandom::fill(out).expect("the operating system gives randomness; without it no key is safe to make");
            }
            Self::Seeded(stream) => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                for part in out.chunks_mut(32) {
                    stream.count += 1;
                    let block = Sha256::new_with_prefix(stream.seed).chain_update(stream.count.to_be_bytes()).finalize();
                    part.copy_from_slice(&block[..part.len()]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal::random;

    #[test]
    fn a_seed_gives_the_same_bytes_and_its_clones_go_on_where_it_stands() {
        let (mut one, mut again, mut other) = (Source::seeded(7), Source::seeded(7), Source::seeded(8));
        let first: [u8; 40] = random(&mut one);
        assert_eq!(first, random::<40>(&mut again));
        assert_ne!(first, random::<40>(&mut other));
        let next: [u8; 16] = random(&mut one.clone());
        assert_ne!(next, random::<16>(&mut one), "a clone does not start again");
        assert_ne!(random::<16>(&mut Source::System), random::<16>(&mut Source::System));
        assert_eq!(format!("{one:?}"), "Source(seeded)");
    }
}
