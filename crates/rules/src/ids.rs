//! Identifiers. Ids of large tables are UUIDv7 (time-ordered: random keys cost 5–8 × in writing); the tokens and
//! receipt numbers people see are random and reveal neither order nor kinship. Randomness is an argument.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A locality (地区): the immutable six-digit division code (GB/T 2260) that leads the key of every large table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Locality(pub i64);

impl fmt::Display for Locality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// Sixteen bytes, printed as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// A UUIDv7: 48 bits of milliseconds, then 74 random bits taken from `random`.
    #[must_use]
    pub fn v7(now: crate::time::Instant, random: [u8; 10]) -> Self {
        let ms = (now.0 / 1000).max(0) as u64;
        let mut b = [0u8; 16];
        b[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        b[6..].copy_from_slice(&random);
        b[6] = 0x70 | (b[6] & 0x0f);
        b[8] = 0x80 | (b[8] & 0x3f);
        Self(b)
    }

    /// Parses 32 hex digits.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        if s.len() != 32 || !s.is_ascii() {
            return None;
        }
        let mut b = [0u8; 16];
        for (i, byte) in b.iter_mut().enumerate() {
            *byte = u8::from_str_radix(s.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(b))
    }

    /// From a database value.
    #[must_use]
    pub fn from_slice(s: &[u8]) -> Option<Self> {
        s.try_into().ok().map(Self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&s).ok_or_else(|| serde::de::Error::custom("an id is 32 hex digits"))
    }
}

macro_rules! id_types { ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct $name(pub Id);
    impl fmt::Display for $name {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
    }
)+} }
id_types! {
    /// A submission (来件).
    SubmissionId,
    /// A case (诉求).
    CaseId,
    /// A person who signs in (工作人员).
    PersonId,
    /// A unit (机构): centre, office, station, department.
    UnitId,
    /// An organ (机关): the legal person with authority.
    OrganId,
    /// An evidence file (凭证).
    FileId,
    /// A group of cases about the same matter.
    GroupId,
}
