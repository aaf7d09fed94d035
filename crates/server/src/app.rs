//! What a running server holds: the store, the keys, the files, and each locality's world — registry, pack, calendar — read once and again
//! after a change.

use crate::clock::{Clock, new_id};
use jiff::civil::Date;
use rules::calendar::{Calendar, parse_notice};
use rules::ids::{Id, Locality};
use rules::pack::{self, Pack};
use rules::time::Instant;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use store::engine::{Db, Error, Target};
use store::files::Files;
use store::random::Source;
use store::registry::{self, Directory};
use store::scope::{Reason, Scope};
use store::seal::{Keyring, Suite};

/// Largest piece of evidence, bytes.
pub const MAX_FILE: u64 = 50 * 1024 * 1024;

/// One locality as it is now.
#[derive(Debug)]
pub struct World {
    /// Organs, units, people, roles.
    pub directory: Directory,
    /// Pack in force.
    pub pack: Pack,
    /// Calendar in force.
    pub calendar: Calendar,
    /// Events of the registry it was made from, and the day it is of.
    as_of: (u32, Date),
}

/// A running Fangxin; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    keyring: Keyring,
    files: Files,
    clock: Clock,
    worlds: RwLock<BTreeMap<Locality, Arc<World>>>,
    /// This server, for leases.
    holder: Id,
    /// Where keys and files lie.
    dir: PathBuf,
    started: Instant,
}

/// Where a store lives: the database, and the directory of keys and files.
#[derive(Clone, Debug)]
pub struct Place {
    /// Database.
    pub target: Target,
    /// Keys and evidence.
    pub dir: PathBuf,
}

impl Place {
    /// A data directory with everything in it.
    #[must_use]
    pub fn data(dir: &Path) -> Self {
        Self { target: Target::Data(dir.to_owned()), dir: dir.to_owned() }
    }
}

impl App {
    /// Opens a store, making it if it does not exist.
    ///
    /// # Errors
    /// Those of opening database, keys or files.
    pub async fn open(place: &Place, clock: Clock) -> Result<Self, Error> {
        Self::open_with(place, clock, Source::System).await
    }

    /// Opens a store whose randomness, keys included, comes from `source`: the system's, or a seed's for demonstrations and tests.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_with(place: &Place, clock: Clock, mut source: Source) -> Result<Self, Error> {
        std::fs::create_dir_all(&place.dir)?;
        let db = Db::open(&place.target, store::MIGRATIONS, clock.now()).await?;
        if source.is_seeded() {
            db.relax().await?;
        }
        let keyring = Keyring::open_with(&place.dir.join("keys"), Suite::default(), source.clone())?;
        let files = Files::open(&place.dir.join("files"))?;
        let started = clock.now();
        let holder = new_id(started, &mut source);
        let app = Self(Arc::new(Inner { db, keyring, files, clock, worlds: RwLock::default(), holder, dir: place.dir.clone(), started }));
        app.refresh().await?;
        Ok(app)
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }
    /// The keys.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }
    /// The source of everything random here.
    #[must_use]
    pub fn random(&self) -> Source {
        self.0.keyring.source().clone()
    }
    /// Evidence.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.0.files
    }
    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }
    /// This server's name in leases.
    #[must_use]
    pub fn holder(&self) -> Id {
        self.0.holder
    }

    /// When this server was started.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.0.started
    }
    /// The directory of keys and files.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// The localities here, in order of code.
    #[must_use]
    pub fn localities(&self) -> Vec<Locality> {
        self.0.worlds.read().map(|w| w.keys().copied().collect()).unwrap_or_default()
    }

    /// The world of a locality.
    #[must_use]
    pub fn world(&self, locality: Locality) -> Option<Arc<World>> {
        self.0.worlds.read().ok()?.get(&locality).cloned()
    }

    /// Reads every locality's registry anew: at start, after a change, and now and then because another server may have changed it.
    ///
    /// # Errors
    /// Those of reading; a stored pack or notice that no longer parses.
    pub async fn refresh(&self) -> Result<(), Error> {
        let today = self.0.clock.now().date();
        let mut db = self.0.db.read().await?;
        let mut worlds = BTreeMap::new();
        for (locality, _, _, registry) in registry::localities(&mut db).await? {
            let scope = Scope::system(locality, Reason::Setup);
            let as_of = (store::chain::head(&mut db, locality, registry).await?.seq, today);
            // What nobody has changed since, on the same day, is as it was: a large registry is not read for nothing.
            if let Some(world) = self.world(locality).filter(|w| w.as_of == as_of) {
                worlds.insert(locality, world);
                continue;
            }
            let directory = Directory::load(&mut db, &scope, today).await?;
            let pack = pack_on(&directory.packs, today)?;
            let calendar = calendar_of(&directory.notices)?;
            worlds.insert(locality, Arc::new(World { directory, pack, calendar, as_of }));
        }
        if let Ok(mut w) = self.0.worlds.write() {
            *w = worlds;
        }
        Ok(())
    }
}

/// The pack in force on a day, which knows the clocks of the versions before it; before the first, that.
fn pack_on(packs: &[(Date, Vec<String>)], today: Date) -> Result<Pack, Error> {
    let mut now: Option<Pack> = None;
    for (_, texts) in packs.iter().enumerate().filter(|(n, (from, _))| *n == 0 || *from <= today).map(|(_, p)| p) {
        let next = pack_of(texts)?;
        now = Some(match now {
            Some(before) => next.after(&before),
            None => next,
        });
    }
    now.ok_or(Error::NotFound("pack"))
}

/// A pack from its texts, base first.
///
/// # Errors
/// A text that is no pack.
pub fn pack_of(texts: &[String]) -> Result<Pack, Error> {
    let mut known: Vec<Pack> = Vec::new();
    for text in texts {
        let found = pack::parse("pack", text, |id| known.iter().find(|p| p.id == id).cloned());
        known.push(found.map_err(|e| Error::internal(e.first().map(ToString::to_string).unwrap_or_default()))?);
    }
    known.pop().ok_or(Error::NotFound("pack"))
}

/// The calendar with the notices loaded since the program was built.
fn calendar_of(notices: &[String]) -> Result<Calendar, Error> {
    let mut calendar = Calendar::builtin().clone();
    for text in notices {
        let notice = parse_notice(text).map_err(|e| Error::internal(e.problem))?;
        calendar = calendar.with_notice(&notice).map_err(Error::internal)?;
    }
    Ok(calendar)
}
