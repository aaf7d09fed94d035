//! Time-based one-time passwords (RFC 6238) as authenticator programs make them: HMAC-SHA-1, six digits, steps of thirty seconds.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rules::time::Instant;
use sha1::Sha1;

/// Length of a secret, bytes: that of the hash (RFC 4226 section 4).
pub const SECRET: usize = 20;
/// Length of a step, seconds.
const STEP: i64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step a moment lies in.
#[must_use]
pub fn step(at: Instant) -> i64 {
    at.0.div_euclid(1_000_000 * STEP)
}

/// The truncated value of RFC 4226 section 5.3, before it is cut to digits.
fn value(secret: &[u8], step: i64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]])
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    format!("{:06}", value(secret, step) % 1_000_000)
}

/// The step a code belongs to: the present one or a neighbour, for clocks that differ a little and for slow hands.
#[must_use]
pub fn matching(secret: &[u8], typed: &str, now: Instant) -> Option<i64> {
    let here = step(now);
    // Every step is compared with, so that the time taken tells nothing.
    let fits = [here - 1, here, here + 1].map(|s| (s, differ(code(secret, s).as_bytes(), typed.as_bytes()) == 0));
    fits.into_iter().find(|(_, same)| *same).map(|(s, _)| s)
}

/// Zero for the same bytes, in a time that depends on the length alone.
fn differ(a: &[u8], b: &[u8]) -> u8 {
    if a.len() != b.len() { 1 } else { a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) }
}

/// A secret as people type it: base 32 of RFC 4648 without padding, 32 symbols.
#[must_use]
pub fn written(secret: &[u8; SECRET]) -> String {
    let bit = |i: usize| secret[i / 8] >> (7 - i % 8) & 1;
    (0..SECRET * 8 / 5).map(|s| char::from(ALPHABET[usize::from((0..5).fold(0u8, |v, b| v << 1 | bit(5 * s + b)))])).collect()
}

/// A secret out of its written form; `None` for anything else.
#[must_use]
pub fn read(text: &str) -> Option<[u8; SECRET]> {
    if text.len() != SECRET * 8 / 5 {
        return None;
    }
    let mut out = [0u8; SECRET];
    for (i, c) in text.bytes().enumerate() {
        let v = ALPHABET.iter().position(|a| *a == c)?;
        for b in (0..5).filter(|b| v >> (4 - b) & 1 == 1) {
            let at = 5 * i + b;
            out[at / 8] |= 1 << (7 - at % 8);
        }
    }
    Some(out)
}

/// The address an authenticator program reads from the picture. Label and issuer are percent-encoded by the caller.
#[must_use]
pub fn address(issuer: &str, label: &str, secret: &[u8; SECRET]) -> String {
    format!("otpauth://totp/{issuer}:{label}?secret={}&issuer={issuer}", written(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8; 20] = b"12345678901234567890";

    /// RFC 6238 appendix B, the rows of SHA-1: eight digits there, of which an authenticator shows the last six.
    #[test]
    fn the_vectors_of_rfc_6238() {
        for (seconds, whole) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let at = step(Instant(seconds * 1_000_000));
            assert_eq!(value(SEED, at) % 100_000_000, whole, "{seconds}");
            assert_eq!(code(SEED, at), format!("{:06}", whole % 1_000_000), "{seconds}");
        }
    }

    /// RFC 4226 appendix D.
    #[test]
    fn the_vectors_of_rfc_4226() {
        let want = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (n, code_) in want.iter().enumerate() {
            assert_eq!(code(SEED, n as i64), *code_);
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_a_neighbours() {
        let now = Instant(1_111_111_111 * 1_000_000);
        let here = step(now);
        for (s, want) in [(here - 2, None), (here - 1, Some(here - 1)), (here, Some(here)), (here + 1, Some(here + 1)), (here + 2, None)] {
            assert_eq!(matching(SEED, &code(SEED, s), now), want);
        }
        for wrong in ["", "00000", "0000000", "abcdef", "０５０４７１"] {
            assert_eq!(matching(SEED, wrong, now), None, "{wrong}");
        }
    }

    /// RFC 4648 base 32, and back.
    #[test]
    fn a_secret_is_written_and_read() {
        assert_eq!(written(SEED), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(read(&written(SEED)).as_ref(), Some(SEED));
        let all: [u8; 20] = std::array::from_fn(|i| 0xff - 7 * i as u8);
        assert_eq!(read(&written(&all)), Some(all));
        for bad in ["", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "1EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
