//! Personal values: each sealed once under the key of its stream. An [`Envelope`] collects what one unit of work seals; events carry
//! the field, version and hash it returns.

use crate::chain::Hash;
use crate::engine::{Arg, Error, Reader, Result, Sql};
use crate::random::Source;
use crate::seal::{Keyring, Place, SealKey};
use crate::{args, statements};
use rules::case::event::Sealed;
use rules::ids::{CaseId, Id, Locality};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

statements! {
    KEY = "SELECT wrapped FROM stream_key WHERE locality = $1 AND stream = $2";
    INSERT_KEY = "INSERT INTO stream_key (locality, stream, wrapped) VALUES ($1, $2, $3)";
    DELETE_KEY = "DELETE FROM stream_key WHERE locality = $1 AND stream = $2";
    VERSIONS = "SELECT field, MAX(version) FROM sealed WHERE locality = $1 AND stream = $2 GROUP BY field";
    VALUE = "SELECT ciphertext FROM sealed WHERE locality = $1 AND stream = $2 AND field = $3 AND version = $4";
    INSERT_VALUE = "INSERT INTO sealed (locality, stream, field, version, ciphertext) VALUES ($1, $2, $3, $4, $5)";
    INSERT_BLIND = "INSERT INTO blind (locality, kind, hash, case_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    DELETE_BLIND = "DELETE FROM blind WHERE locality = $1 AND case_id = $2";
    FIND_BLIND = "SELECT case_id FROM blind WHERE locality = $1 AND kind = $2 AND hash = $3 ORDER BY case_id DESC LIMIT $4";
    INSERT_TITLE = "INSERT INTO case_title (locality, case_id, title) VALUES ($1, $2, $3)";
    DELETE_TITLE = "DELETE FROM case_title WHERE locality = $1 AND case_id = $2";
}

/// Random bytes for keys and nonces; an argument so that a run can be repeated.
pub trait Random: Send {
    /// Fills `out` with random bytes.
    fn fill(&mut self, out: &mut [u8]);
}

/// An array of random bytes.
pub fn random<const N: usize>(source: &mut dyn Random) -> [u8; N] {
    let mut out = [0; N];
    source.fill(&mut out);
    out
}

pub(crate) fn key_row(locality: Locality, stream: Id) -> Vec<u8> {
    [&locality.0.to_be_bytes()[..], &stream.0].concat()
}

fn value_row(locality: Locality, stream: Id, field: &str, version: u32) -> Vec<u8> {
    [&locality.0.to_be_bytes()[..], &stream.0, &version.to_be_bytes(), field.as_bytes()].concat()
}

/// The key of a stream, unwrapped, with what is being sealed under it.
#[derive(Debug)]
pub struct Envelope {
    locality: Locality,
    stream: Id,
    key: SealKey,
    /// Wrapped key to store, for a new stream.
    wrapped: Option<Vec<u8>>,
    versions: BTreeMap<String, u32>,
    pending: Vec<(Sealed, Vec<u8>)>,
    source: Source,
}

impl Envelope {
    /// For a new stream, under a new key.
    #[must_use]
    pub fn new(keyring: &Keyring, locality: Locality, stream: Id, source: &mut dyn Random) -> Self {
        let key = SealKey::new(keyring.suite(), random(source));
        let row = key_row(locality, stream);
        let place = Place { table: "stream_key", column: "wrapped", row: &[&row] };
        let wrapped = keyring.wrap(&key, &place, random(source));
        Self {
            locality,
            stream,
            key,
            wrapped: Some(wrapped),
            versions: BTreeMap::new(),
            pending: Vec::new(),
            source: keyring.source().clone(),
        }
    }

    /// For a stream that is yet to be stored, under the key an earlier envelope made for it and handed out wrapped.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the key is not one this keyring wrapped for this stream.
    pub fn resume(keyring: &Keyring, locality: Locality, stream: Id, wrapped: &[u8]) -> Result<Self> {
        let key = unwrap_key(keyring, locality, stream, wrapped)?;
        Ok(Self {
            locality,
            stream,
            key,
            wrapped: Some(wrapped.to_owned()),
            versions: BTreeMap::new(),
            pending: Vec::new(),
            source: keyring.source().clone(),
        })
    }

    /// The wrapped key of a stream that is yet to be stored.
    #[must_use]
    pub fn wrapped(&self) -> Option<&[u8]> {
        self.wrapped.as_deref()
    }

    /// For a stream that exists.
    ///
    /// # Errors
    /// [`Error::NotFound`] if its key was destroyed; a corrupt key names its row.
    pub async fn load(db: &mut Reader, keyring: &Keyring, locality: Locality, stream: Id) -> Result<Self> {
        let key = open_key(db, keyring, locality, stream).await?.ok_or(Error::NotFound("stream_key"))?;
        let mut versions = BTreeMap::new();
        for row in db.all(VERSIONS, args![locality, stream]).await? {
            versions.insert(row.get::<String>(0)?, row.get::<u32>(1)?);
        }
        Ok(Self { locality, stream, key, wrapped: None, versions, pending: Vec::new(), source: keyring.source().clone() })
    }

    /// The source the keyring was opened with, for nonces where a form is read far from the store.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source.clone()
    }

    /// Seals a value as the next version of a field.
    pub fn seal(&mut self, field: &str, plain: &str, source: &mut dyn Random) -> Sealed {
        let version = self.versions.get(field).copied().unwrap_or(0) + 1;
        self.versions.insert(field.to_owned(), version);
        let row = value_row(self.locality, self.stream, field, version);
        let place = Place { table: "sealed", column: "ciphertext", row: &[&row] };
        let ciphertext = self.key.seal(&place, plain.as_bytes(), random(source));
        let sealed = Sealed { field: field.to_owned(), version, hash: hex(&Sha256::digest(&ciphertext).into()) };
        self.pending.push((sealed.clone(), ciphertext));
        sealed
    }

    /// Seals a value unless it is empty.
    pub fn seal_opt(&mut self, field: &str, plain: &str, source: &mut dyn Random) -> Option<Sealed> {
        (!plain.is_empty()).then(|| self.seal(field, plain, source))
    }

    /// The statements that store what was sealed. A version somebody else took in the meantime breaks the key; prepare again then.
    #[must_use]
    pub fn statements(&self) -> Vec<(Sql, Vec<Arg<'static>>)> {
        let (l, s) = (self.locality, self.stream);
        let key = self.wrapped.iter().map(|w| (INSERT_KEY, args![l, s, w.clone()].to_vec()));
        let values = self.pending.iter().map(|(v, c)| (INSERT_VALUE, args![l, s, v.field.clone(), v.version, c.clone()].to_vec()));
        key.chain(values).collect()
    }

    /// Opens a value of this stream.
    ///
    /// # Errors
    /// Corrupt or missing, naming the row.
    pub async fn open(&self, db: &mut Reader, sealed: &Sealed) -> Result<String> {
        if let Some((_, c)) = self.pending.iter().find(|(v, _)| v == sealed) {
            return self.open_bytes(sealed, c);
        }
        let row = db.opt(VALUE, args![self.locality, self.stream, sealed.field.as_str(), sealed.version]).await?;
        let ciphertext: Vec<u8> = row.ok_or(Error::NotFound("sealed"))?.get(0)?;
        self.open_bytes(sealed, &ciphertext)
    }

    /// Opens ciphertext read elsewhere.
    ///
    /// # Errors
    /// Corrupt: the hash in the event or the authentication tag does not fit.
    pub fn open_bytes(&self, sealed: &Sealed, ciphertext: &[u8]) -> Result<String> {
        open_value(&self.key, self.locality, self.stream, sealed, ciphertext)
    }

    /// The key for files of this stream.
    #[must_use]
    pub fn key(&self) -> &SealKey {
        &self.key
    }
}

/// Opens the ciphertext of a sealed value with the key of its stream.
pub(crate) fn open_value(key: &SealKey, locality: Locality, stream: Id, sealed: &Sealed, ciphertext: &[u8]) -> Result<String> {
    let corrupt = |why: &str| Error::Corrupt {
        table: "sealed".into(),
        column: "ciphertext".into(),
        row: format!("stream={stream} field={} version={}: {why}", sealed.field, sealed.version),
    };
    if hex(&Sha256::digest(ciphertext).into()) != sealed.hash {
        return Err(corrupt("its hash is not the one in the event"));
    }
    let row = value_row(locality, stream, &sealed.field, sealed.version);
    let place = Place { table: "sealed", column: "ciphertext", row: &[&row] };
    let plain = key.open(&place, ciphertext).map_err(|_| corrupt("it does not open"))?;
    String::from_utf8(plain.to_vec()).map_err(|_| corrupt("it is no text"))
}

/// Unwraps the key of a stream.
pub(crate) fn unwrap_key(keyring: &Keyring, locality: Locality, stream: Id, wrapped: &[u8]) -> Result<SealKey> {
    let aad = key_row(locality, stream);
    keyring.unwrap(&Place { table: "stream_key", column: "wrapped", row: &[&aad] }, wrapped).map_err(|_| Error::Corrupt {
        table: "stream_key".into(),
        column: "wrapped".into(),
        row: format!("stream={stream}: the key does not open"),
    })
}

/// The key of a stream; `None` if it was destroyed.
///
/// # Errors
/// A wrapped key that does not open names its row.
pub async fn open_key(db: &mut Reader, keyring: &Keyring, locality: Locality, stream: Id) -> Result<Option<SealKey>> {
    let Some(row) = db.opt(KEY, args![locality, stream]).await? else { return Ok(None) };
    unwrap_key(keyring, locality, stream, &row.get::<Vec<u8>>(0)?).map(Some)
}

/// Lower-case hex.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    hash.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// What blind indexes of a case hold: kind and hash.
#[must_use]
pub fn blind_hashes(keyring: &Keyring, name: Option<&str>, phone: Option<&str>, id_number: Option<&str>) -> Vec<(&'static str, [u8; 16])> {
    let mut out = Vec::new();
    if let Some(p) = phone.and_then(|p| rules::codes::Phone::parse(p).ok()) {
        out.push(("phone", keyring.blind("phone", p.main())));
        out.push(("phone4", keyring.blind("phone4", p.last_four())));
    }
    if let Some(n) = name.filter(|n| !n.is_empty()) {
        out.push(("name", keyring.blind("name", &rules::text::fold(n))));
    }
    if let Some(i) = id_number.filter(|i| !i.is_empty()) {
        out.push(("id", keyring.blind("id", &rules::text::fold(i))));
    }
    out
}

/// The statements that store the blind indexes of a case.
#[must_use]
pub fn blind_statements(locality: Locality, case: CaseId, hashes: &[(&'static str, [u8; 16])]) -> Vec<(Sql, Vec<Arg<'static>>)> {
    hashes.iter().map(|(kind, hash)| (INSERT_BLIND, args![locality, *kind, *hash, case].to_vec())).collect()
}

/// Cases that share a blind value, newest first.
///
/// # Errors
/// Those of reading.
pub async fn find_blind(db: &mut Reader, scope: &crate::scope::Scope, kind: &str, hash: [u8; 16], limit: i64) -> Result<Vec<CaseId>> {
    db.all(FIND_BLIND, args![scope.locality(), kind, hash, limit]).await?.iter().map(|r| r.get(0)).collect()
}

/// The statement that keeps the plain title of a case for lists.
#[must_use]
pub fn title_statement(locality: Locality, case: CaseId, title: &str) -> (Sql, Vec<Arg<'static>>) {
    (INSERT_TITLE, args![locality, case, title.to_owned()].to_vec())
}

/// The statement that destroys the key of a stream: what was sealed under it opens no more.
#[must_use]
pub fn destroy_key(locality: Locality, stream: Id) -> (Sql, Vec<Arg<'static>>) {
    (DELETE_KEY, args![locality, stream].to_vec())
}

/// The statements that destroy what erasure destroys: key, blind indexes, title. The search text goes with them, see `search`.
#[must_use]
pub fn erase_statements(locality: Locality, case: CaseId) -> Vec<(Sql, Vec<Arg<'static>>)> {
    vec![destroy_key(locality, case.0), (DELETE_BLIND, args![locality, case].to_vec()), (DELETE_TITLE, args![locality, case].to_vec())]
}
