//! A backup: a directory with every table's rows, sealed; every evidence file, sealed as it lies; and a signed manifest, written last, with
//! their hashes, their numbers and the tree head. Without the installation's keys, which lie apart unless asked for, nothing in it
//! can be read. Its rows are those of one moment; files are taken before and after it, so that none a row names is missed.
//!
//! A file of rows is a series of blocks, each `last (1) ‖ length (4) ‖ sealed`; a block holds whole rows, each behind its length. The nonce
//! is the block's number and whether it is the last, the key is of this backup and this table: no block can be moved or dropped.

use crate::carry::{self, Progress, Reading, Sum, Summed, decode, encode};
use crate::engine::bulk::{Table, VERSIONS};
use crate::engine::{Db, Error, Result, Value};
use crate::heads::{Handed, hex, unhex};
use crate::seal::{Keyring, Place, SealKey, verify_signature};
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMAT: &str = "fangxin-backup/1";
/// Until the manifest is there a backup is not finished, and may be begun again.
const UNFINISHED: &str = "UNFINISHED";
const MANIFEST: &str = "manifest.toml";
const SIGNATURE: &str = "manifest.sig";
const LIST: &str = "files.list";
/// A block is sealed once it holds so much.
const BLOCK: usize = 1 << 20;
/// No block is longer: one row more than that.
const MOST: usize = 1 << 30;

/// Why a backup cannot be written where it was asked for, or used: a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

fn unfit(sentence: impl Into<String>) -> Error {
    Error::refuse(Unfit(sentence.into()))
}

/// An error of a file, with its name.
fn at<T>(path: &Path, result: io::Result<T>) -> Result<T> {
    result.map_err(|e| match Error::from(io::Error::from(e.kind())) {
        full @ Error::Full(_) => full,
        _ => unfit(format!("{}: {e}", path.display())),
    })
}

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for what they hold; hashes and keys in hexadecimal digits")]
pub struct Manifest {
    pub format: String,
    /// For people: when it was made, in Shanghai.
    pub made: String,
    /// Microseconds UTC.
    pub at: i64,
    /// Version of the program that made it.
    pub program: String,
    pub schema: u64,
    /// Key of this backup, wrapped by the installation's master key.
    pub wrapped: String,
    pub with_keys: bool,
    /// The tree head as `fangxin head` prints it; empty if nothing has a position yet.
    pub head: String,
    pub files: FileSums,
    pub table: Vec<TableSums>,
}

/// A table in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for what they hold")]
pub struct TableSums {
    pub name: String,
    pub rows: u64,
    /// Sum of the rows' hashes, as `copy` prints it.
    pub digest: String,
    /// Of the sealed file.
    pub sha256: String,
    pub bytes: u64,
}

/// The evidence in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named for what they hold")]
pub struct FileSums {
    pub count: u64,
    pub bytes: u64,
    /// Of the list of files with their hashes.
    pub sha256: String,
    /// Evidence the record names and the directory of files does not have.
    pub missing: u64,
}

/// What is to be backed up.
pub struct Source<'a> {
    /// The store.
    pub db: &'a Db,
    /// Its keys.
    pub keyring: &'a Keyring,
    /// Directory with `files` and `keys`.
    pub dir: &'a Path,
}

/// What a backup needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// Now.
    pub now: Instant,
    /// Random bytes for the backup's key …
    pub key: [u8; 32],
    /// … and for wrapping it.
    pub nonce: [u8; 12],
}

/// Writes a backup into `to`: a new or empty directory, or one where a backup was begun and not finished.
///
/// # Errors
/// [`Unfit`] inside [`Error::Refused`] if something else is there; [`Error::Full`]; those of reading.
pub async fn write(source: &Source<'_>, to: &Path, with_keys: bool, given: Given, progress: Progress<'_>) -> Result<Manifest> {
    clear(to)?;
    let place = (given.now.0).to_be_bytes();
    let key = SealKey::new(source.keyring.suite(), given.key);
    let wrapped = source.keyring.wrap(&key, &place_of(&[&place]), given.nonce);
    let mut files = Copied::begin(&source.dir.join("files"), to)?;
    files.walk(progress)?;
    let tables = Table::all(crate::MIGRATIONS)?;
    let mut from = source.db.snapshot().await?;
    let head = Handed::newest(&mut from, source.keyring).await?.map(|h| h.text()).unwrap_or_default();
    let (mut summed, mut missing) = (Vec::new(), 0);
    private_dir(&to.join("rows"))?;
    for table in tables.iter() {
        let mut out = Sealing::begin(&rows_file(to, &table.name), &key, &table.name)?;
        let (mut reading, mut sum) = (Reading::new(table), Sum::default());
        let id = table.columns.iter().position(|c| c.0 == "id").filter(|_| table.name == "evidence");
        loop {
            let rows = reading.page(&mut from, &mut sum).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                out.row(&encode(row))?;
                if let Some(Value::Bytes(id)) = id.map(|i| &row[i]) {
                    missing += u64::from(!files.has(&hex(id)));
                }
            }
            progress(&table.name, sum.rows);
        }
        let (sha256, bytes) = out.finish()?;
        summed.push(TableSums { name: table.name.clone(), rows: sum.rows, digest: sum.digest(), sha256, bytes });
    }
    drop(from);
    files.walk(progress)?;
    let files = files.finish(missing)?;
    if with_keys {
        copy_keys(&source.dir.join("keys"), &to.join("keys"))?;
    }
    let manifest = Manifest {
        format: FORMAT.into(),
        made: carry::shown(given.now),
        at: given.now.0,
        program: env!("CARGO_PKG_VERSION").into(),
        schema: crate::MIGRATIONS.len() as u64,
        wrapped: hex(&wrapped),
        with_keys,
        head,
        files,
        table: summed,
    };
    let text = toml::to_string_pretty(&manifest).map_err(Error::internal)?;
    put(&to.join(SIGNATURE), hex(&source.keyring.sign("backup", text.as_bytes())).as_bytes())?;
    put(&to.join(MANIFEST), text.as_bytes())?;
    at(to, fs::remove_file(to.join(UNFINISHED)).and_then(|()| File::open(to)?.sync_all()))?;
    Ok(manifest)
}

/// Makes `to` an empty directory of ours.
fn clear(to: &Path) -> Result<()> {
    let there = match fs::read_dir(to) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => false,
        other => at(to, other)?.next().is_some(),
    };
    if to.join(MANIFEST).exists() {
        return Err(unfit(format!("there is a finished backup in {} already; name another directory", to.display())));
    }
    if there && !to.join(UNFINISHED).exists() {
        return Err(unfit(format!("{} is not empty; name a new directory", to.display())));
    }
    if there {
        at(to, fs::remove_dir_all(to))?;
    }
    private_dir(to)?;
    put(&to.join(UNFINISHED), b"This backup was not finished: run it again.\n")
}

fn private_dir(dir: &Path) -> Result<()> {
    at(dir, fs::DirBuilder::new().recursive(true).mode(0o700).create(dir))
}

fn create(path: &Path) -> Result<File> {
    at(path, File::options().write(true).create(true).truncate(true).mode(0o600).open(path))
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create(path)?;
    at(path, file.write_all(bytes).and_then(|()| file.sync_all()))
}

fn rows_file(dir: &Path, table: &str) -> PathBuf {
    dir.join("rows").join(table)
}

fn place_of<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
    Place { table: "backup", column: "key", row }
}

/// Copies the files of a keyring, readable by their owner only.
///
/// # Errors
/// Those of files.
pub fn copy_keys(from: &Path, to: &Path) -> Result<()> {
    private_dir(to)?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        if entry.file_name().to_string_lossy().ends_with(".key") {
            put(&to.join(entry.file_name()), &at(&entry.path(), fs::read(entry.path()))?)?;
        }
    }
    at(to, File::open(to).and_then(|d| d.sync_all()))
}

// ---- rows

struct Sealing {
    path: PathBuf,
    file: BufWriter<File>,
    key: SealKey,
    table: String,
    buffer: Vec<u8>,
    blocks: u32,
    hash: Sha256,
    bytes: u64,
}

fn nonce(block: u32, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[7..11].copy_from_slice(&block.to_be_bytes());
    nonce[11] = last.into();
    nonce
}

fn table_key(key: &SealKey, table: &str) -> SealKey {
    key.derive(&[b"fangxin/backup", table.as_bytes()])
}

impl Sealing {
    fn begin(path: &Path, key: &SealKey, table: &str) -> Result<Self> {
        let file = BufWriter::new(create(path)?);
        let (key, table) = (table_key(key, table), table.to_owned());
        Ok(Self { path: path.to_owned(), file, key, table, buffer: Vec::new(), blocks: 0, hash: Sha256::new(), bytes: 0 })
    }

    fn row(&mut self, row: &[u8]) -> Result<()> {
        self.buffer.extend((row.len() as u32).to_be_bytes());
        self.buffer.extend(row);
        if self.buffer.len() < BLOCK { Ok(()) } else { self.block(false) }
    }

    fn block(&mut self, last: bool) -> Result<()> {
        let sealed = self.key.encrypt(&nonce(self.blocks, last), &self.buffer, self.table.as_bytes());
        let head = [&[u8::from(last)][..], &(sealed.len() as u32).to_be_bytes()].concat();
        for part in [&head, &sealed] {
            self.hash.update(part);
            self.bytes += part.len() as u64;
            at(&self.path, self.file.write_all(part))?;
        }
        self.blocks += 1;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(String, u64)> {
        self.block(true)?;
        at(&self.path, self.file.flush().and_then(|()| self.file.get_ref().sync_all()))?;
        Ok((hex(&self.hash.finalize()), self.bytes))
    }
}

struct Opening {
    path: PathBuf,
    file: BufReader<File>,
    key: SealKey,
    table: String,
    blocks: u32,
    over: bool,
}

impl Opening {
    fn begin(path: &Path, key: &SealKey, table: &str) -> Result<Self> {
        let file = BufReader::new(at(path, File::open(path))?);
        Ok(Self { path: path.to_owned(), file, key: table_key(key, table), table: table.to_owned(), blocks: 0, over: false })
    }

    /// The rows of the next block, `None` behind the last.
    fn block(&mut self) -> Result<Option<Vec<Vec<Value>>>> {
        if self.over {
            return Ok(None);
        }
        let damaged = || unfit(format!("{}: cannot be opened: changed, cut, or sealed by another key", self.path.display()));
        let mut head = [0; 5];
        at(&self.path, self.file.read_exact(&mut head))?;
        let len = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if len > MOST {
            return Err(damaged());
        }
        let mut sealed = vec![0; len];
        at(&self.path, self.file.read_exact(&mut sealed))?;
        let plain = self.key.decrypt(&nonce(self.blocks, head[0] == 1), &sealed, self.table.as_bytes()).ok_or_else(damaged)?;
        self.over = head[0] == 1;
        self.blocks += 1;
        let (mut rows, mut rest) = (Vec::new(), &plain[..]);
        while !rest.is_empty() {
            let (len, after) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
            let (row, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize).ok_or_else(damaged)?;
            rows.push(decode(row).ok_or_else(damaged)?);
            rest = after;
        }
        Ok(Some(rows))
    }
}

// ---- evidence

/// The hash and length of what is copied from `from` to `to` (or only read).
fn stream(path: &Path, mut from: impl Read, mut to: Option<&mut File>) -> Result<(String, u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match at(path, from.read(&mut buffer))? {
            0 => return Ok((hex(&hash.finalize()), bytes)),
            n => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
                if let Some(to) = &mut to {
                    at(path, to.write_all(&buffer[..n]))?;
                }
            }
        }
    }
}

struct Copied {
    from: PathBuf,
    to: PathBuf,
    list: BufWriter<File>,
    list_path: PathBuf,
    hash: Sha256,
    count: u64,
    bytes: u64,
}

impl Copied {
    fn begin(from: &Path, to: &Path) -> Result<Self> {
        private_dir(&to.join("files"))?;
        let list_path = to.join(LIST);
        let list = BufWriter::new(create(&list_path)?);
        Ok(Self { from: from.to_owned(), to: to.join("files"), list, list_path, hash: Sha256::new(), count: 0, bytes: 0 })
    }

    /// Whether a file is there, in the backup or still where it came from.
    fn has(&self, id: &str) -> bool {
        id.len() > 2 && [&self.to, &self.from].iter().any(|dir| dir.join(&id[..2]).join(&id[2..]).exists())
    }

    /// Copies every file that was not copied yet.
    fn walk(&mut self, progress: Progress<'_>) -> Result<()> {
        for prefix in (0..=255u8).map(|b| hex(&[b])) {
            let Ok(folder) = fs::read_dir(self.from.join(&prefix)) else { continue };
            let mut names: Vec<String> = folder.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
            names.sort_unstable();
            for name in names {
                self.file(&prefix, &name)?;
                progress("files", self.count);
            }
        }
        Ok(())
    }

    fn file(&mut self, prefix: &str, name: &str) -> Result<()> {
        let (from, to) = (self.from.join(prefix).join(name), self.to.join(prefix).join(name));
        if to.exists() {
            return Ok(());
        }
        let source = match File::open(&from) {
            // Removed since the folder was read: erased, or an upload given up.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => at(&from, other)?,
        };
        private_dir(&self.to.join(prefix))?;
        let mut target = create(&to)?;
        let (sha256, bytes) = stream(&from, source, Some(&mut target))?;
        at(&to, target.sync_all())?;
        let line = format!("{prefix}/{name} {bytes} {sha256}\n");
        self.hash.update(line.as_bytes());
        at(&self.list_path, self.list.write_all(line.as_bytes()))?;
        self.count += 1;
        self.bytes += bytes;
        Ok(())
    }

    fn finish(mut self, missing: u64) -> Result<FileSums> {
        at(&self.list_path, self.list.flush().and_then(|()| self.list.get_ref().sync_all()))?;
        Ok(FileSums { count: self.count, bytes: self.bytes, sha256: hex(&self.hash.finalize()), missing })
    }
}

// ---- reading a backup

/// A finished backup.
#[derive(Clone, Debug)]
pub struct Backup {
    dir: PathBuf,
    text: String,
    signature: [u8; 64],
    /// What it says of itself.
    pub manifest: Manifest,
}

impl Backup {
    /// Opens a backup; nothing in it is believed yet.
    ///
    /// # Errors
    /// [`Unfit`] inside [`Error::Refused`].
    pub fn open(dir: &Path) -> Result<Self> {
        let shown = dir.display();
        if dir.join(UNFINISHED).exists() {
            return Err(unfit(format!("the backup in {shown} was not finished; take another")));
        }
        let none = |_| unfit(format!("there is no backup in {shown}: {MANIFEST} or {SIGNATURE} is missing"));
        let text = fs::read_to_string(dir.join(MANIFEST)).map_err(none)?;
        let signature = fs::read_to_string(dir.join(SIGNATURE)).map_err(none)?;
        let changed = || unfit(format!("the manifest in {shown} is not as a backup writes it"));
        let signature = unhex(signature.trim()).and_then(|s| s.try_into().ok()).ok_or_else(changed)?;
        let manifest: Manifest = toml::from_str(&text).map_err(|_| changed())?;
        if manifest.format != FORMAT {
            return Err(unfit(format!("the backup has the format {}; this program reads {FORMAT}", manifest.format)));
        }
        let schema = crate::MIGRATIONS.len() as u64;
        if manifest.schema != schema {
            let (theirs, program) = (manifest.schema, &manifest.program);
            return Err(unfit(format!(
                "the backup has schema version {theirs} and this program {schema}: restore with the program that made it ({program}), then upgrade"
            )));
        }
        Ok(Self { dir: dir.to_owned(), text, signature, manifest })
    }

    /// The keys that came with it, if they did.
    #[must_use]
    pub fn keys(&self) -> Option<PathBuf> {
        self.manifest.with_keys.then(|| self.dir.join("keys"))
    }

    /// Holds every file against its hash; needs no key.
    ///
    /// # Errors
    /// [`Unfit`] inside [`Error::Refused`], naming the file.
    pub fn check(&self, progress: Progress<'_>) -> Result<()> {
        let differs = |path: &Path| unfit(format!("{}: is not the file the backup was made with", path.display()));
        for table in &self.manifest.table {
            let path = rows_file(&self.dir, &table.name);
            if stream(&path, at(&path, File::open(&path))?, None)? != (table.sha256.clone(), table.bytes) {
                return Err(differs(&path));
            }
            progress(&table.name, table.rows);
        }
        let list = self.dir.join(LIST);
        if stream(&list, at(&list, File::open(&list))?, None)?.0 != self.manifest.files.sha256 {
            return Err(differs(&list));
        }
        let mut count = 0;
        self.each_file(|path, name, bytes, sha256| {
            if stream(path, at(path, File::open(path))?, None)? != (sha256.to_owned(), bytes) {
                return Err(differs(Path::new(name)));
            }
            count += 1;
            progress("files", count);
            Ok(())
        })
    }

    fn each_file(&self, mut each: impl FnMut(&Path, &str, u64, &str) -> Result<()>) -> Result<()> {
        let list = self.dir.join(LIST);
        for line in BufReader::new(at(&list, File::open(&list))?).lines() {
            let line = at(&list, line)?;
            let parts: Vec<&str> = line.split(' ').collect();
            let hexadecimal = |s: &str| s.bytes().all(|b| b.is_ascii_hexdigit());
            let parsed = match parts[..] {
                [name, bytes, sha256] => name
                    .split_once('/')
                    .filter(|(a, b)| a.len() == 2 && hexadecimal(a) && hexadecimal(b))
                    .and_then(|_| Some((name, bytes.parse().ok()?, sha256))),
                _ => None,
            };
            let (name, bytes, sha256) = parsed.ok_or_else(|| unfit(format!("{}: a line is not as a backup writes it", list.display())))?;
            each(&self.dir.join("files").join(name), name, bytes, sha256)?;
        }
        Ok(())
    }

    /// The backup's key, if these are the keys of the installation it was made of.
    ///
    /// # Errors
    /// [`Unfit`] inside [`Error::Refused`].
    pub fn unlock(&self, keyring: &Keyring) -> Result<SealKey> {
        if !verify_signature(&keyring.public_key(), "backup", self.text.as_bytes(), &self.signature) {
            return Err(unfit("these are not the keys of the installation this backup was made of, or its manifest was changed"));
        }
        let wrapped = unhex(&self.manifest.wrapped).unwrap_or_default();
        keyring.unwrap(&place_of(&[&self.manifest.at.to_be_bytes()]), &wrapped)
    }

    /// Fills a store and a directory of files from it, and opens the store to everybody.
    ///
    /// # Errors
    /// [`Unfit`] inside [`Error::Refused`]; those of writing. Run it again from the beginning then.
    pub async fn fill(&self, key: &SealKey, to: &Db, files: &Path, progress: Progress<'_>) -> Result<()> {
        let tables = Table::all(crate::MIGRATIONS)?;
        let mut versions = Vec::new();
        for (number, table) in tables.iter().enumerate() {
            let stated = self.manifest.table.iter().find(|t| t.name == table.name);
            let stated = stated.ok_or_else(|| unfit(format!("the backup has no table {}", table.name)))?;
            let mut opening = Opening::begin(&rows_file(&self.dir, &table.name), key, &table.name)?;
            let mut done = 0;
            while let Some(rows) = opening.block()? {
                done += rows.len() as u64;
                if table.name == VERSIONS {
                    versions.extend(rows);
                } else if !rows.is_empty() {
                    carry::fill(to, &tables, number, rows).await?;
                }
                progress(&table.name, done);
            }
            if done != stated.rows {
                return Err(unfit(format!("{}: the manifest says {} rows, {done} are there", table.name, stated.rows)));
            }
        }
        let mut count = 0;
        self.each_file(|path, name, _, sha256| {
            let target = files.join(name);
            private_dir(target.parent().unwrap_or(files))?;
            let mut file = create(&target)?;
            let copied = stream(path, at(path, File::open(path))?, Some(&mut file))?;
            at(&target, file.sync_all())?;
            count += 1;
            progress("files", count);
            if copied.0 == sha256 { Ok(()) } else { Err(unfit(format!("{name}: changed while it was copied"))) }
        })?;
        carry::finish(to, &tables, versions, progress).await
    }

    /// The tables whose rows in a store are not those of the backup.
    #[must_use]
    pub fn differing(&self, there: &[Summed]) -> Vec<String> {
        let same = |t: &TableSums| there.iter().any(|(name, sum)| *name == t.name && sum.rows == t.rows && sum.digest() == t.digest);
        self.manifest.table.iter().filter(|t| !same(t)).map(|t| t.name.clone()).collect()
    }
}

/// Copies the evidence of one place to another, file by file; what is there already and of the same length stays.
///
/// # Errors
/// Those of files.
pub fn copy_files(from: &Path, to: &Path, progress: Progress<'_>) -> Result<u64> {
    let mut count = 0;
    for prefix in (0..=255u8).map(|b| hex(&[b])) {
        let Ok(folder) = fs::read_dir(from.join(&prefix)) else { continue };
        for name in folder.filter_map(|e| e.ok()?.file_name().into_string().ok()) {
            let (source, target) = (from.join(&prefix).join(&name), to.join(&prefix).join(&name));
            let length = at(&source, fs::metadata(&source))?.len();
            if !fs::metadata(&target).is_ok_and(|m| m.len() == length) {
                private_dir(&to.join(&prefix))?;
                let mut file = create(&target)?;
                stream(&source, at(&source, File::open(&source))?, Some(&mut file))?;
                at(&target, file.sync_all())?;
            }
            count += 1;
            progress("files", count);
        }
    }
    Ok(count)
}

/// The tables, for those who fill or compare stores.
///
/// # Errors
/// The schema cannot be made.
pub fn tables() -> Result<Arc<[Table]>> {
    Table::all(crate::MIGRATIONS)
}
