//! Sealing. Personal values are encrypted under a key per case (or submission), that key is wrapped by a master key, and master keys
//! are files. Rotation re-wraps keys and touches nothing else; destroying a wrapped key erases all it sealed.
//!
//! A sealed value is `suite (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, with table, column and row as associated data, so
//! that a value moved to another place does not open. Nonces are random arguments.
//!
//! Certified commercial cryptography (商用密码) keeps keys in an HSM; such a key source would replace [`Keyring`].

use crate::engine::{Error, Result};
use crate::personal::Random as _;
use crate::random::Source;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// SM4 in Galois/Counter Mode (RFC 8998).
type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

const KEY: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Stands beside keys that were made from a seed.
const SEEDED: &str = "DEMONSTRATION-ONLY";
const SEEDED_SAYS: &str = "These keys follow from a seed: whoever knows it can read everything. For demonstrations and tests only.\n";
/// Bytes before the ciphertext: suite, key id, nonce.
const HEAD: usize = 1 + 4 + NONCE;

/// A cipher suite; its number stands first in every sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Suite {
    /// AES-256-GCM.
    #[default]
    Aes256Gcm = 1,
    /// SM4-GCM (国密; 128-bit key).
    Sm4Gcm = 2,
}

impl Suite {
    fn from_byte(b: u8) -> Option<Self> {
        match b {
            1 => Some(Self::Aes256Gcm),
            2 => Some(Self::Sm4Gcm),
            _ => None,
        }
    }
}

/// Where a sealed value stands: bound into its tag.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The parts of the row's key, in order.
    pub row: &'a [&'a [u8]],
}

impl Place<'_> {
    /// `len(table) ‖ table ‖ len(column) ‖ column ‖ len(part) ‖ part …`, lengths as 32-bit big-endian numbers.
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        for part in [self.table.as_bytes(), self.column.as_bytes()].iter().chain(self.row) {
            out.extend((part.len() as u32).to_be_bytes());
            out.extend(*part);
        }
        out
    }

    fn damaged(&self, why: &str) -> Error {
        let row: Vec<String> = self.row.iter().map(|part| part.iter().map(|b| format!("{b:02x}")).collect()).collect();
        Error::Corrupt { table: self.table.into(), column: self.column.into(), row: format!("{}: {why}", row.join("/")) }
    }
}

/// A symmetric key with its suite. Forgotten (overwritten) when dropped; never printed.
#[derive(Clone)]
pub struct SealKey {
    suite: Suite,
    id: [u8; 4],
    bytes: Zeroizing<[u8; KEY]>,
    cipher: Cipher,
}

#[derive(Clone)]
enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<Sm4Gcm>),
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({:?}, {:02x?})", self.suite, self.id)
    }
}

impl SealKey {
    /// A new key for a case or a submission from 32 random bytes.
    #[must_use]
    pub fn new(suite: Suite, random: [u8; KEY]) -> Self {
        let bytes = Zeroizing::new(random);
        // The id only tells keys apart in messages and finds a wrong one early.
        let digest = Sha256::new_with_prefix(b"fangxin/key-id\0").chain_update(&bytes[..]).finalize();
        Self::with_id(suite, [digest[0], digest[1], digest[2], digest[3]], bytes)
    }

    fn with_id(suite: Suite, id: [u8; 4], bytes: Zeroizing<[u8; KEY]>) -> Self {
        let cipher = match suite {
            Suite::Aes256Gcm => Cipher::Aes(Box::new(Aes256Gcm::new((&*bytes).into()))),
            Suite::Sm4Gcm => {
                let half: &[u8; 16] = bytes.first_chunk().expect("32 bytes hold 16");
                Cipher::Sm4(Box::new(Sm4Gcm::new(half.into())))
            }
        };
        Self { suite, id, bytes, cipher }
    }

    /// The key's suite.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    pub(crate) fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Seals `plaintext` for `place`. `nonce` must be random and used once.
    #[must_use]
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8], nonce: [u8; NONCE]) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + plaintext.len() + TAG);
        out.push(self.suite as u8);
        out.extend(self.id);
        out.extend(nonce);
        out.extend(self.encrypt(&nonce, plaintext, &place.bytes()));
        out
    }

    /// Opens what [`SealKey::seal`] made for the same place.
    ///
    /// # Errors
    /// [`Error::Corrupt`] naming the place if anything was changed, moved, or sealed by another key.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let parts = parts(sealed).ok_or_else(|| place.damaged("not a sealed value"))?;
        if parts.suite != self.suite || parts.id != self.id {
            return Err(place.damaged("sealed by another key"));
        }
        self.decrypt(&parts.nonce, parts.ciphertext, &place.bytes()).ok_or_else(|| place.damaged("the seal is broken"))
    }

    pub(crate) fn encrypt(&self, nonce: &[u8; NONCE], msg: &[u8], aad: &[u8]) -> Vec<u8> {
        let payload = Payload { msg, aad };
        match &self.cipher {
            Cipher::Aes(c) => c.encrypt(nonce.into(), payload),
            Cipher::Sm4(c) => c.encrypt(nonce.into(), payload),
        }
        .expect("a value is far shorter than the 64 GiB GCM can take")
    }

    pub(crate) fn decrypt(&self, nonce: &[u8; NONCE], msg: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload { msg, aad };
        match &self.cipher {
            Cipher::Aes(c) => c.decrypt(nonce.into(), payload),
            Cipher::Sm4(c) => c.decrypt(nonce.into(), payload),
        }
        .ok()
        .map(Zeroizing::new)
    }

    /// A key for one purpose only, of the same suite: HMAC-SHA-256 of `purpose` parts under this key.
    pub(crate) fn derive(&self, purpose: &[&[u8]]) -> Self {
        Self::new(self.suite, hmac(&self.bytes, purpose))
    }
}

/// A sealed value taken apart.
struct Parts<'a> {
    suite: Suite,
    id: [u8; 4],
    nonce: [u8; NONCE],
    ciphertext: &'a [u8],
}

fn parts(sealed: &[u8]) -> Option<Parts<'_>> {
    let (head, ciphertext) = sealed.split_at_checked(HEAD)?;
    if ciphertext.len() < TAG {
        return None;
    }
    let (id, nonce) = (head[1..5].try_into().ok()?, head[5..].try_into().ok()?);
    Some(Parts { suite: Suite::from_byte(head[0])?, id, nonce, ciphertext })
}

/// HMAC-SHA-256 over length-prefixed parts.
fn hmac(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u32).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The keys of an installation: numbered master keys, of which the highest is current; one for blind indexes; one for signing. Kept
/// in a directory of files only their owner can read. Whoever loses it loses every personal value; whoever copies it
/// together with the database can read them: back both up, apart.
pub struct Keyring {
    dir: PathBuf,
    suite: Suite,
    masters: BTreeMap<u32, SealKey>,
    blind: Zeroizing<[u8; KEY]>,
    signing: SigningKey,
    source: Source,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({:?}, masters {:?})", self.suite, self.masters.keys())
    }
}

impl Keyring {
    /// Opens the keyring in `dir` (for a data directory: `<data>/keys`), making it, complete or not at all, if it does not exist. New keys
    /// are of `suite`.
    ///
    /// # Errors
    /// [`Error::Keys`] if a key file is missing, malformed, or readable by others.
    pub fn open(dir: &Path, suite: Suite) -> Result<Self> {
        Self::open_with(dir, suite, Source::System)
    }

    /// As [`Keyring::open`], with keys and nonces drawn from `source`. Keys that are made from a seed say so for good ([`Keyring::is_seeded`]).
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn open_with(dir: &Path, suite: Suite, mut source: Source) -> Result<Self> {
        if !dir.exists() {
            create(dir, &mut source)?;
        }
        let mut masters = BTreeMap::new();
        for entry in fs::read_dir(dir)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|n| n.strip_prefix("master-")?.strip_suffix(".key"));
            if let Some(number) = number {
                let id: u32 = number.parse().map_err(|_| Error::Keys(format!("{number} is not the number of a master key")))?;
                masters.insert(id, SealKey::with_id(suite, id.to_be_bytes(), read(dir, &master(id))?));
            }
        }
        if masters.is_empty() {
            return Err(Error::Keys("no master key is there: restore the keys directory from its backup".into()));
        }
        let signing = SigningKey::from_bytes(&*read(dir, "signing.key")?);
        Ok(Self { dir: dir.to_owned(), suite, masters, blind: read(dir, "blind.key")?, signing, source })
    }

    /// Where nonces and new keys come from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether its keys were made from a seed, which others may know: nothing true may be sealed with them.
    #[must_use]
    pub fn is_seeded(&self) -> bool {
        self.dir.join(SEEDED).exists()
    }

    /// The suite of new keys.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    fn current(&self) -> &SealKey {
        self.masters.values().next_back().expect("`open` refuses a keyring without a master key")
    }

    /// Adds a master key, current from now on. Old ones stay until every key is re-wrapped.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn rotate(&mut self) -> Result<u32> {
        let id = self.masters.keys().next_back().map_or(1, |last| last + 1);
        write(&self.dir, &master(id), &mut self.source)?;
        sync(&self.dir)?;
        self.masters.insert(id, SealKey::with_id(self.suite, id.to_be_bytes(), read(&self.dir, &master(id))?));
        Ok(id)
    }

    /// Wraps a key by the current master key. `nonce` must be random and used once.
    #[must_use]
    pub fn wrap(&self, key: &SealKey, place: &Place<'_>, nonce: [u8; NONCE]) -> Vec<u8> {
        let mut plain = Zeroizing::new([0u8; 1 + KEY]);
        plain[0] = key.suite as u8;
        plain[1..].copy_from_slice(&key.bytes[..]);
        self.current().seal(place, &plain[..], nonce)
    }

    /// Unwraps a key.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it was changed or moved, [`Error::Keys`] if its master key is not there.
    pub fn unwrap(&self, place: &Place<'_>, wrapped: &[u8]) -> Result<SealKey> {
        let Parts { suite, id, .. } = parts(wrapped).ok_or_else(|| place.damaged("not a wrapped key"))?;
        let id = u32::from_be_bytes(id);
        let master = self.masters.get(&id).ok_or_else(|| Error::Keys(format!("master key {id} is missing from the keys directory")))?;
        // The master key may have wrapped under the suite of another time.
        let plain = if suite == master.suite {
            master.open(place, wrapped)?
        } else {
            SealKey::with_id(suite, master.id, master.bytes.clone()).open(place, wrapped)?
        };
        let suite = plain.first().copied().and_then(Suite::from_byte).ok_or_else(|| place.damaged("unknown suite"))?;
        let bytes: [u8; KEY] = plain[1..].try_into().map_err(|_| place.damaged("a key of another length"))?;
        Ok(SealKey::new(suite, bytes))
    }

    /// The key wrapped anew if its master key is not the current one, else `None`.
    ///
    /// # Errors
    /// As [`Keyring::unwrap`].
    pub fn rewrap(&self, place: &Place<'_>, wrapped: &[u8], nonce: [u8; NONCE]) -> Result<Option<Vec<u8>>> {
        let key = self.unwrap(place, wrapped)?;
        let current = parts(wrapped).is_some_and(|parts| parts.id == self.current().id);
        Ok((!current).then(|| self.wrap(&key, place, nonce)))
    }

    /// The blind index of a value: the same for the same kind and value, and nothing without the key. `value` must be normalised.
    #[must_use]
    pub fn blind(&self, kind: &str, value: &str) -> [u8; 16] {
        let full = hmac(&self.blind, &[b"blind", kind.as_bytes(), value.as_bytes()]);
        *full.first_chunk().expect("32 bytes hold 16")
    }

    /// Signs `message` for one purpose (Ed25519 over `len(purpose) ‖ purpose ‖ message`).
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 64] {
        self.signing.sign(&signed(purpose, message)).to_bytes()
    }

    /// The public key that checks signatures.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }
}

/// Whether `signature` is `public_key`'s over `message` for `purpose`.
#[must_use]
pub fn verify_signature(public_key: &[u8; 32], purpose: &str, message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(public_key)
        .is_ok_and(|key| key.verify_strict(&signed(purpose, message), &Signature::from_bytes(signature)).is_ok())
}

fn signed(purpose: &str, message: &[u8]) -> Vec<u8> {
    [&(purpose.len() as u32).to_be_bytes(), purpose.as_bytes(), message].concat()
}

fn master(id: u32) -> String {
    format!("master-{id:04}.key")
}

/// Makes a whole keyring beside `dir` and renames it into place, so that a half-made one is never found.
fn create(dir: &Path, source: &mut Source) -> Result<()> {
    let parent = dir.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    let mut random = [0u8; 8];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let half = parent.join(format!(".keys-{:016x}", u64::from_be_bytes(random)));
    fs::DirBuilder::new().mode(0o700).create(&half)?;
    let mut made = ["blind.key", "signing.key", &master(1)].iter().try_for_each(|name| write(&half, name, source));
    if source.is_seeded() {
        made = made.and_then(|()| Ok(fs::write(half.join(SEEDED), SEEDED_SAYS)?));
    }
    let made = made.and_then(|()| sync(&half));
    match made.and_then(|()| Ok(fs::rename(&half, dir)?)) {
        Ok(()) => sync(parent),
        Err(e) => {
            // What is half made holds keys nothing was sealed with.
            let _ = fs::remove_dir_all(&half);
            // Another server may have been first; then its keyring counts.
            if dir.exists() { Ok(()) } else { Err(e) }
        }
    }
}

fn sync(dir: &Path) -> Result<()> {
    Ok(fs::File::open(dir)?.sync_all()?)
}

/// Writes a new random key as 64 hex digits, readable by its owner only.
fn write(dir: &Path, name: &str, source: &mut Source) -> Result<()> {
    let mut key = Zeroizing::new([0u8; KEY]);
    source.fill(&mut key[..]);
    let text: Zeroizing<String> = Zeroizing::new(key.iter().map(|b| format!("{b:02x}")).collect());
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(name))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

fn read(dir: &Path, name: &str) -> Result<Zeroizing<[u8; KEY]>> {
    let path = dir.join(name);
    let fail = |why: &str| Error::Keys(format!("{name} {why}"));
    let mode = fs::metadata(&path).map_err(|_| fail("is missing: restore the keys directory from its backup"))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(fail("can be read by others: allow it to its owner only (chmod 600)"));
    }
    let text = Zeroizing::new(fs::read_to_string(&path).map_err(|_| fail("cannot be read"))?);
    let digits = text.trim().as_bytes();
    let mut key = Zeroizing::new([0u8; KEY]);
    if digits.len() != 2 * KEY {
        return Err(fail("is not a key of 64 hex digits"));
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let value = |d: u8| char::from(d).to_digit(16);
        let (Some(high), Some(low)) = (value(pair[0]), value(pair[1])) else { return Err(fail("is not a key of 64 hex digits")) };
        *byte = (high * 16 + low) as u8;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let hex: String = hex.split_whitespace().collect();
        (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
    }
    fn key(suite: Suite) -> SealKey {
        SealKey::new(suite, [7; 32])
    }
    const ROW: &[&[u8]] = &[b"row"];
    const HERE: Place<'static> = Place { table: "sealed", column: "value", row: ROW };

    #[test]
    fn sm4_gcm_of_rfc_8998() {
        // RFC 8998, appendix A.2.1.
        let mut k = [0u8; 32];
        k[..16].copy_from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210"));
        let key = SealKey::new(Suite::Sm4Gcm, k);
        let plain = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let nonce: [u8; 12] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let sealed = key.encrypt(&nonce, &plain, &bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"));
        let expected = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        assert_eq!(sealed, expected);
    }

    #[test]
    fn aes_256_gcm_of_the_gcm_specification() {
        // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
        let k: [u8; 32] = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").try_into().unwrap();
        let plain = bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        let nonce: [u8; 12] = bytes("cafebabefacedbaddecaf888").try_into().unwrap();
        let sealed = SealKey::new(Suite::Aes256Gcm, k).encrypt(&nonce, &plain, &bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
        let expected = bytes(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
             76fc6ece0f4e1768cddf8853bb2d551b",
        );
        assert_eq!(sealed, expected);
    }

    #[test]
    fn a_value_opens_only_in_its_place_and_under_its_key() {
        let sealed = key(Suite::Aes256Gcm).seal(&HERE, "张三".as_bytes(), [1; 12]);
        assert_eq!(&key(Suite::Aes256Gcm).open(&HERE, &sealed).unwrap()[..], "张三".as_bytes());
        let elsewhere = [
            Place { table: "sealed2", ..HERE },
            Place { column: "values", ..HERE },
            Place { row: &[b"ro", b"w"], ..HERE },
            Place { row: &[], ..HERE },
            Place { table: "seal", column: "edvalue", ..HERE },
        ];
        for place in elsewhere {
            let e = key(Suite::Aes256Gcm).open(&place, &sealed).unwrap_err();
            assert!(matches!(&e, Error::Corrupt { table, .. } if table == place.table), "{e:?}");
        }
        assert!(SealKey::new(Suite::Aes256Gcm, [8; 32]).open(&HERE, &sealed).is_err());
        assert!(key(Suite::Sm4Gcm).open(&HERE, &sealed).is_err());
        assert!(!format!("{:?}", key(Suite::Aes256Gcm)).contains("7, 7"));
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_found(plain in any::<Vec<u8>>(), nonce in any::<[u8; 12]>(), at in any::<prop::sample::Index>(), sm4 in any::<bool>()) {
            let key = key(if sm4 { Suite::Sm4Gcm } else { Suite::Aes256Gcm });
            let mut sealed = key.seal(&HERE, &plain, nonce);
            prop_assert_eq!(&key.open(&HERE, &sealed).unwrap()[..], &plain[..]);
            let bit = at.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(key.open(&HERE, &sealed).is_err());
            sealed[bit / 8] ^= 1 << (bit % 8);
            sealed.truncate(at.index(sealed.len()));
            prop_assert!(key.open(&HERE, &sealed).is_err());
        }
    }

    #[test]
    fn the_keyring_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("data/keys");
        let first = Keyring::open(&keys, Suite::Aes256Gcm).unwrap();
        let second = Keyring::open(&keys, Suite::Aes256Gcm).unwrap();
        assert_eq!(first.public_key(), second.public_key());
        assert_eq!(first.blind("phone", "13800000000"), second.blind("phone", "13800000000"));
        assert_ne!(first.blind("phone", "13800000000"), first.blind("name", "13800000000"));
        for entry in fs::read_dir(&keys).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(dir.path().join("data")).unwrap().count(), 1, "nothing half made is left");
        fs::set_permissions(keys.join("blind.key"), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keyring::open(&keys, Suite::Aes256Gcm), Err(Error::Keys(_))));
        fs::remove_file(keys.join("blind.key")).unwrap();
        let e = Keyring::open(&keys, Suite::Aes256Gcm).unwrap_err();
        assert!(e.to_string().contains("blind.key is missing"), "{e}");
    }

    #[test]
    fn two_servers_starting_at_once_share_one_keyring() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let keys = keys.clone();
                std::thread::spawn(move || Keyring::open(&keys, Suite::Aes256Gcm).unwrap().public_key())
            })
            .collect();
        let all: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert!(all.iter().all(|k| *k == all[0]));
    }

    #[test]
    fn rotation_rewraps_keys_only() {
        let dir = tempfile::tempdir().unwrap();
        let mut ring = Keyring::open(&dir.path().join("keys"), Suite::Aes256Gcm).unwrap();
        let case = key(Suite::Sm4Gcm);
        let sealed = case.seal(&HERE, b"value", [1; 12]);
        let wrapped = ring.wrap(&case, &HERE, [2; 12]);
        assert_eq!(ring.rewrap(&HERE, &wrapped, [3; 12]).unwrap(), None);
        assert_eq!(ring.rotate().unwrap(), 2);
        let again = ring.rewrap(&HERE, &wrapped, [3; 12]).unwrap().unwrap();
        for wrapped in [&wrapped, &again] {
            assert_eq!(&ring.unwrap(&HERE, wrapped).unwrap().open(&HERE, &sealed).unwrap()[..], b"value");
        }
        // Another suite for new keys; old wrappings still open.
        let sm4 = Keyring::open(&dir.path().join("keys"), Suite::Sm4Gcm).unwrap();
        assert_eq!(sm4.unwrap(&HERE, &again).unwrap().suite(), Suite::Sm4Gcm);
        fs::remove_file(dir.path().join("keys/master-0001.key")).unwrap();
        let ring = Keyring::open(&dir.path().join("keys"), Suite::Aes256Gcm).unwrap();
        assert!(ring.unwrap(&HERE, &again).is_ok());
        assert!(matches!(ring.unwrap(&HERE, &wrapped), Err(Error::Keys(_))));
        let moved = Place { row: &[b"other"], ..HERE };
        assert!(matches!(ring.unwrap(&moved, &again), Err(Error::Corrupt { .. })));
    }

    #[test]
    fn signatures_hold_for_their_purpose_only() {
        let dir = tempfile::tempdir().unwrap();
        let ring = Keyring::open(&dir.path().join("keys"), Suite::default()).unwrap();
        let signature = ring.sign("receipt", b"message");
        assert!(verify_signature(&ring.public_key(), "receipt", b"message", &signature));
        assert!(!verify_signature(&ring.public_key(), "head", b"message", &signature));
        assert!(!verify_signature(&ring.public_key(), "receipt", b"massage", &signature));
        assert!(!verify_signature(&[1; 32], "receipt", b"message", &signature));
    }
}
