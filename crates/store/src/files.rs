//! Evidence: bytes sealed into files of their own, under `<dir>/ab/cdef…` by random id. Streamed, never whole in memory: temporary
//! file → fsync → rename → fsync of the directory, and only then may a unit of work refer to it. What no unit refers to is swept.
//!
//! A file is `"FXE1" ‖ suite (1) ‖ key id (4) ‖ salt (16)` and then chunks of 64 KiB, each with a tag. Every file has a key derived
//! from its owner's key, its id and its salt, so a chunk's nonce is its number and whether it is the last: chunks cannot be
//! reordered, dropped, or moved to another file.

use crate::engine::{Error, Result};
use crate::seal::SealKey;
use rules::ids::{FileId, Id};
use rules::time::Instant;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const MAGIC: &[u8; 4] = b"FXE1";
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const SALT: usize = 16;
const HEAD: usize = 4 + 1 + 4 + SALT;
/// The directory for files not yet complete; no id is printed like it.
const INCOMING: &str = "incoming";

/// The directory of evidence.
#[derive(Clone, Debug)]
pub struct Files {
    dir: PathBuf,
    #[cfg(any(test, feature = "testing"))]
    room: Option<std::sync::Arc<std::sync::atomic::AtomicI64>>,
}

/// A file that is complete and durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// The sealed file's length in bytes.
    pub sealed_size: u64,
    /// SHA-256 of the sealed file; what events carry, and what stays checkable after the key is gone.
    pub sealed_sha256: [u8; 32],
}

/// More bytes than allowed; see [`Error::refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is larger than {cap} bytes")]
pub struct TooLarge {
    /// The most bytes allowed.
    pub cap: u64,
}

impl Files {
    /// The evidence in `dir`, made if missing.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn open(dir: &Path) -> Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir.join(INCOMING))?;
        Ok(Self {
            dir: dir.to_owned(),
            #[cfg(any(test, feature = "testing"))]
            room: None,
        })
    }

    /// The same directory on a disk with room for so many more bytes.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn with_room(mut self, bytes: i64) -> Self {
        self.room = Some(std::sync::Arc::new(bytes.into()));
        self
    }

    fn path(&self, id: FileId) -> PathBuf {
        let name = id.to_string();
        self.dir.join(&name[..2]).join(&name[2..])
    }

    /// Begins a new file of at most `cap` bytes, sealed under its owner's `key`. `salt` must be random.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Conflict`] if the id has a file already.
    pub async fn begin(&self, id: FileId, key: &SealKey, salt: [u8; SALT], cap: u64) -> Result<Upload> {
        let (files, key) = (self.clone(), key.clone());
        let sealing = blocking(move || Sealing::begin(files, id, &key, salt)).await?;
        Ok(Upload { sealing: Some(sealing), buffer: Vec::with_capacity(CHUNK), size: 0, cap })
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is missing, not a sealed file, or sealed under another key.
    pub async fn read(&self, id: FileId, key: &SealKey) -> Result<Download> {
        let (path, key) = (self.path(id), key.clone());
        let opening = blocking(move || Opening::begin(&path, id, &key)).await?;
        Ok(Download { opening: Some(opening) })
    }

    /// Length and SHA-256 of the sealed file as it lies there, `None` if it is missing; for `verify`, which needs no key.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn sealed_hash(&self, id: FileId) -> Result<Option<(u64, [u8; 32])>> {
        let path = self.path(id);
        blocking(move || {
            let mut file = match File::open(&path) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
                other => other?,
            };
            let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; CHUNK]);
            loop {
                match file.read(&mut buffer)? {
                    0 => return Ok(Some((size, hash.finalize().into()))),
                    n => {
                        hash.update(&buffer[..n]);
                        size += n as u64;
                    }
                }
            }
        })
        .await
    }

    /// Removes a file; removing what is not there is no error.
    ///
    /// # Errors
    /// It cannot be removed.
    pub async fn remove(&self, id: FileId) -> Result<()> {
        let path = self.path(id);
        blocking(move || remove(&path)).await
    }

    /// Removes the files that are not in `known` and were last written before `older_than` — uploads given up, and units that
    /// never committed. Returns how many. `known` must have been read *after* `older_than`, and `older_than` lie hours back.
    ///
    /// # Errors
    /// A directory cannot be read or a file not removed.
    pub async fn sweep(&self, known: HashSet<FileId>, older_than: Instant) -> Result<u64> {
        let dir = self.dir.clone();
        blocking(move || {
            let mut removed = 0;
            for folder in fs::read_dir(&dir)? {
                let folder = folder?;
                let prefix = folder.file_name().to_string_lossy().into_owned();
                if !folder.file_type()?.is_dir() || (prefix != INCOMING && prefix.len() != 2) {
                    continue;
                }
                for entry in fs::read_dir(folder.path())? {
                    let entry = entry?;
                    let id = Id::parse(&format!("{prefix}{}", entry.file_name().to_string_lossy())).map(FileId);
                    // What is neither incoming nor named by an id was put there by someone else.
                    let orphan = if prefix == INCOMING { true } else { id.is_some_and(|id| !known.contains(&id)) };
                    if orphan && written(&entry)? < older_than {
                        remove(&entry.path())?;
                        removed += 1;
                    }
                }
            }
            Ok(removed)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Internal("a file operation panicked".into()))?
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

fn written(entry: &fs::DirEntry) -> Result<Instant> {
    let since = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}

fn damaged(id: FileId, why: &str) -> Error {
    Error::Corrupt { table: "files".into(), column: "content".into(), row: format!("{id}: {why}") }
}

/// The nonce of a chunk: its number and whether it is the last.
fn nonce(chunk: u32, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[7..11].copy_from_slice(&chunk.to_be_bytes());
    nonce[11] = last.into();
    nonce
}

fn file_key(owner: &SealKey, id: FileId, salt: &[u8]) -> SealKey {
    owner.derive(&[b"fangxin/file", &id.0.0, salt])
}

// ---- writing

/// A file being written. Dropped before [`Upload::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    sealing: Option<Sealing>,
    buffer: Vec<u8>,
    size: u64,
    cap: u64,
}

impl Upload {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`TooLarge`] inside [`Error::Refused`]; [`Error::Full`]. After an error the upload is over.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.cap {
            self.sealing = None;
            return Err(Error::refuse(TooLarge { cap: self.cap }));
        }
        while !bytes.is_empty() {
            if self.buffer.len() == CHUNK {
                // More is to come, so this one is not the last.
                let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
                self.seal(chunk, false).await?;
            }
            let n = bytes.len().min(CHUNK - self.buffer.len());
            self.buffer.extend_from_slice(&bytes[..n]);
            bytes = &bytes[n..];
        }
        Ok(())
    }

    /// Seals the rest, makes the file durable and gives it its name.
    ///
    /// # Errors
    /// [`Error::Full`]; nothing is left behind then.
    pub async fn finish(mut self) -> Result<StoredFile> {
        let chunk = std::mem::take(&mut self.buffer);
        self.seal(chunk, true).await?;
        let sealing = self.sealing.take().ok_or_else(over)?;
        blocking(move || sealing.finish()).await
    }

    async fn seal(&mut self, chunk: Vec<u8>, last: bool) -> Result<()> {
        let mut sealing = self.sealing.take().ok_or_else(over)?;
        self.sealing = Some(
            blocking(move || {
                sealing.chunk(&chunk, last)?;
                Ok(sealing)
            })
            .await?,
        );
        Ok(())
    }
}

fn over() -> Error {
    Error::Internal("the upload was over already".into())
}

#[derive(Debug)]
struct Sealing {
    files: Files,
    id: FileId,
    temporary: PathBuf,
    file: File,
    key: SealKey,
    head: [u8; HEAD],
    chunks: u32,
    size: u64,
    sealed_size: u64,
    hash: Sha256,
    sealed_hash: Sha256,
}

impl Sealing {
    fn begin(files: Files, id: FileId, owner: &SealKey, salt: [u8; SALT]) -> Result<Self> {
        if files.path(id).exists() {
            return Err(Error::Conflict("a file of this id exists".into()));
        }
        let name: String = salt.iter().map(|b| format!("{b:02x}")).collect();
        let temporary = files.dir.join(INCOMING).join(name);
        let file = File::options().write(true).create_new(true).mode(0o600).open(&temporary)?;
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(MAGIC);
        head[4] = owner.suite() as u8;
        head[5..9].copy_from_slice(&owner.id());
        head[9..].copy_from_slice(&salt);
        let key = file_key(owner, id, &salt);
        let (hash, sealed_hash) = (Sha256::new(), Sha256::new());
        let mut sealing = Self { files, id, temporary, file, key, head, chunks: 0, size: 0, sealed_size: 0, hash, sealed_hash };
        sealing.put(&head)?;
        Ok(sealing)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        #[cfg(any(test, feature = "testing"))]
        if let Some(room) = &self.files.room
            && room.fetch_sub(bytes.len() as i64, std::sync::atomic::Ordering::SeqCst) < bytes.len() as i64
        {
            return Err(io::Error::from(io::ErrorKind::StorageFull).into());
        }
        self.file.write_all(bytes)?;
        self.sealed_hash.update(bytes);
        self.sealed_size += bytes.len() as u64;
        Ok(())
    }

    fn chunk(&mut self, plain: &[u8], last: bool) -> Result<()> {
        let sealed = self.key.encrypt(&nonce(self.chunks, last), plain, &self.head);
        self.chunks = self.chunks.checked_add(1).ok_or_else(|| Error::Internal("too many chunks".into()))?;
        self.hash.update(plain);
        self.size += plain.len() as u64;
        self.put(&sealed)
    }

    fn finish(self) -> Result<StoredFile> {
        self.file.sync_all()?;
        let path = self.files.path(self.id);
        let folder = path.parent().unwrap_or(&self.files.dir);
        if !folder.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            File::open(&self.files.dir)?.sync_all()?;
        }
        fs::rename(&self.temporary, &path)?;
        File::open(folder)?.sync_all()?;
        let (hash, sealed_hash) = (self.hash.clone(), self.sealed_hash.clone());
        Ok(StoredFile {
            size: self.size,
            sha256: hash.finalize().into(),
            sealed_size: self.sealed_size,
            sealed_sha256: sealed_hash.finalize().into(),
        })
    }
}

impl Drop for Sealing {
    fn drop(&mut self) {
        // After the rename there is nothing of that name; and what cannot be removed now is swept later.
        let _ = fs::remove_file(&self.temporary);
    }
}

// ---- reading

/// A file being read, chunk by chunk.
#[derive(Debug)]
pub struct Download {
    /// `None` at the end, or while a chunk is being read.
    opening: Option<Opening>,
}

impl Download {
    /// The next bytes, `None` at the end. Every chunk is checked before it is given out; a file cut short is an error at its end.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the file was changed or cut.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(mut opening) = self.opening.take() else { return Ok(None) };
        let (plain, rest) = blocking(move || {
            let (plain, last) = opening.chunk()?;
            Ok((plain, (!last).then_some(opening)))
        })
        .await?;
        self.opening = rest;
        Ok(if plain.is_empty() { None } else { Some(plain) })
    }
}

#[derive(Debug)]
struct Opening {
    file: File,
    id: FileId,
    key: SealKey,
    head: [u8; HEAD],
    chunks: u32,
    /// Bytes read ahead: whether a chunk is the last shows only when nothing follows it.
    ahead: Vec<u8>,
}

impl Opening {
    fn begin(path: &Path, id: FileId, owner: &SealKey) -> Result<Self> {
        let mut file = match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(damaged(id, "the file is missing")),
            other => other?,
        };
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(|_| damaged(id, "cut short"))?;
        if head[..4] != *MAGIC {
            return Err(damaged(id, "not a sealed file"));
        }
        if head[4] != owner.suite() as u8 || head[5..9] != owner.id() {
            return Err(damaged(id, "sealed by another key"));
        }
        let key = file_key(owner, id, &head[9..]);
        let mut opening = Self { file, id, key, head, chunks: 0, ahead: vec![] };
        opening.read_ahead()?;
        Ok(opening)
    }

    fn read_ahead(&mut self) -> Result<()> {
        let want = (CHUNK + TAG + 1 - self.ahead.len()) as u64;
        (&mut self.file).take(want).read_to_end(&mut self.ahead)?;
        Ok(())
    }

    fn chunk(&mut self) -> Result<(Vec<u8>, bool)> {
        let last = self.ahead.len() <= CHUNK + TAG;
        let rest = if last { vec![] } else { self.ahead.split_off(CHUNK + TAG) };
        let sealed = std::mem::replace(&mut self.ahead, rest);
        let plain = self.key.decrypt(&nonce(self.chunks, last), &sealed, &self.head);
        let mut plain = plain.ok_or_else(|| damaged(self.id, "the seal is broken, or the file was cut"))?;
        self.chunks += 1;
        if !last {
            self.read_ahead()?;
        }
        Ok((std::mem::take(&mut *plain), last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Suite;

    const CAP: u64 = 50 << 20;

    fn id(n: u8) -> FileId {
        FileId(Id([n; 16]))
    }
    fn key() -> SealKey {
        SealKey::new(Suite::Aes256Gcm, [3; 32])
    }
    fn content(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i * 7 + i / 251) as u8).collect()
    }

    async fn store(files: &Files, id: FileId, bytes: &[u8], piece: usize) -> Result<StoredFile> {
        let mut upload = files.begin(id, &key(), id.0.0, CAP).await?;
        for piece in bytes.chunks(piece) {
            upload.write(piece).await?;
        }
        upload.finish().await
    }

    async fn load(files: &Files, id: FileId, key: &SealKey) -> Result<Vec<u8>> {
        let (mut download, mut all) = (files.read(id, key).await?, vec![]);
        while let Some(piece) = download.next().await? {
            all.extend(piece);
        }
        Ok(all)
    }

    fn count(dir: &Path) -> usize {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap()).map(|e| if e.file_type().unwrap().is_dir() { count(&e.path()) } else { 1 }).sum()
    }

    #[tokio::test]
    async fn every_length_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        let lengths = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17, 1 << 20];
        for (n, len) in lengths.into_iter().enumerate() {
            let (id, bytes) = (id(n as u8), content(len));
            let stored = store(&files, id, &bytes, 9_973).await.unwrap();
            assert_eq!((stored.size, stored.sha256), (len as u64, Sha256::digest(&bytes).into()));
            assert_eq!(files.sealed_hash(id).await.unwrap(), Some((stored.sealed_size, stored.sealed_sha256)));
            assert_eq!(load(&files, id, &key()).await.unwrap(), bytes);
        }
        assert_eq!(count(dir.path()), lengths.len());
        let raw = fs::read(files.path(id(7))).unwrap();
        let start = content(32);
        assert!(!raw.windows(32).any(|w| w == start), "nothing is readable");
        assert!(matches!(store(&files, id(7), b"again", 10).await, Err(Error::Conflict(_))));
    }

    #[tokio::test]
    async fn a_changed_cut_moved_or_foreign_file_does_not_open() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        store(&files, id(1), &content(3 * CHUNK), CHUNK).await.unwrap();
        let path = files.path(id(1));
        let good = fs::read(&path).unwrap();
        let sealed_chunk = CHUNK + TAG;
        let mut bad: Vec<Vec<u8>> =
            vec![vec![], good[..HEAD].to_vec(), good[..HEAD + sealed_chunk].to_vec(), good[..HEAD + 2 * sealed_chunk].to_vec()];
        bad.push(good[..good.len() - 1].to_vec());
        bad.push([&good[..], &[0]].concat());
        let (a, b, c) = (HEAD, HEAD + sealed_chunk, HEAD + 2 * sealed_chunk);
        bad.push([&good[..a], &good[b..c], &good[a..b], &good[c..]].concat());
        for at in [0, 4, 5, 9, 24, HEAD, HEAD + CHUNK, good.len() - 1] {
            let mut changed = good.clone();
            changed[at] ^= 1;
            bad.push(changed);
        }
        for bytes in bad {
            fs::write(&path, &bytes).unwrap();
            let e = load(&files, id(1), &key()).await.unwrap_err();
            assert!(matches!(&e, Error::Corrupt { row, .. } if row.starts_with("0101")), "{e:?}");
        }
        fs::write(&path, &good).unwrap();
        assert!(load(&files, id(1), &SealKey::new(Suite::Aes256Gcm, [4; 32])).await.is_err());
        fs::create_dir_all(files.path(id(2)).parent().unwrap()).unwrap();
        fs::copy(&path, files.path(id(2))).unwrap();
        assert!(load(&files, id(2), &key()).await.is_err());
        assert!(load(&files, id(9), &key()).await.is_err());
        assert_eq!(files.sealed_hash(id(9)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_given_up_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        let mut upload = files.begin(id(1), &key(), [1; 16], 100_000).await.unwrap();
        upload.write(&content(100_000)).await.unwrap();
        let e = upload.write(b"x").await.unwrap_err();
        assert_eq!(e.refusal::<TooLarge>().unwrap(), TooLarge { cap: 100_000 });
        assert!(upload.finish().await.is_err());
        let mut upload = files.begin(id(1), &key(), [1; 16], 100_000).await.unwrap();
        upload.write(&content(90_000)).await.unwrap();
        drop(upload);
        assert_eq!(count(dir.path()), 0);
    }

    #[tokio::test]
    async fn a_full_disk_leaves_nothing_and_recovers() {
        let dir = tempfile::tempdir().unwrap();
        for room in [10, 1000, CHUNK as i64 + 100, 2 * CHUNK as i64 + 50] {
            let files = Files::open(dir.path()).unwrap().with_room(room);
            let e = store(&files, id(1), &content(2 * CHUNK + 5), 4096).await.unwrap_err();
            assert!(matches!(e, Error::Full(_)), "{e:?}");
            assert_eq!(count(dir.path()), 0);
        }
        let files = Files::open(dir.path()).unwrap();
        store(&files, id(1), b"small", 4096).await.unwrap();
    }

    #[tokio::test]
    async fn orphans_are_swept_when_old() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        for n in [1, 2] {
            store(&files, id(n), b"x", 10).await.unwrap();
        }
        fs::write(dir.path().join(INCOMING).join("left"), b"half").unwrap();
        fs::write(dir.path().join("README"), b"not ours").unwrap();
        assert_eq!(files.sweep(HashSet::from([id(1)]), Instant(0)).await.unwrap(), 0);
        assert_eq!(files.sweep(HashSet::from([id(1)]), Instant(i64::MAX)).await.unwrap(), 2);
        assert_eq!(load(&files, id(1), &key()).await.unwrap(), b"x");
        assert!(load(&files, id(2), &key()).await.is_err());
        files.remove(id(1)).await.unwrap();
        files.remove(id(1)).await.unwrap();
        assert_eq!(count(dir.path()), 1);
    }
}
