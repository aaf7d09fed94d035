//! What can happen to a machine, done to the built binary while people submit, desks write and send files, and a file is imported: kill -9,
//! a full disk, a clock that jumps, a database that restarts, two servers of which one dies, torn pages. Afterwards every promise is kept
//! exactly once, nothing is half there, and the record is whole, or the damage is named.
//!
//! `FANGXIN_ROUNDS` says how often (a few without it; `bin/torture` asks for more), `FANGXIN_SEED` repeats the drawing of moments as far as
//! several processes can be repeated.

mod common;

use common::served::{Server, county, receipt_in, send, store_args, whole};
use common::{Database, bin};
use fangxin::app::{App, Place};
use fangxin::bench::client;
use fangxin::bench::letters::Dice;
use fangxin::clock::Clock;
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::sweep;
use fangxin::web::http::SESSION_COOKIE;
use fangxin::web::router;
use rules::access::Role;
use rules::ids::Locality;
use rules::pack::UnitKind;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::engine::{Db, Target, Tx};
use store::heads::{self, Handed, Standing};
use store::scope::{Reason, Scope};
use store::seal::{Keyring, Suite};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Rounds of each torture: a few, a hundred in the long run, or as many as are asked for.
fn rounds(few: u64) -> u64 {
    let asked = std::env::var("FANGXIN_ROUNDS").ok().and_then(|n| n.parse().ok());
    let long = std::env::var("FANGXIN_LONG").is_ok_and(|v| v == "1");
    asked.unwrap_or(if long { 100 } else { few })
}

fn dice(what: &str) -> Dice {
    let mut drawn = [0u8; 8];
    getrandom::fill(&mut drawn).unwrap();
    let seed = std::env::var("FANGXIN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(|| u64::from_be_bytes(drawn) >> 1);
    println!("{what}: FANGXIN_SEED={seed}");
    Dice(seed)
}

const IMPORTED: u64 = 300;
const MAPPING: &str =
    "series = \"letters\"\nhistorical = true\nkind = \"other\"\n[columns]\nexternal_id = \"row\"\nnarrative = \"detail\"\n";

/// A county with a clerk who is signed in, a few cases, and a file of letters.
struct Scene {
    place: Place,
    cookie: String,
    /// Cases the desk writes on.
    tokens: Vec<String>,
    letters: PathBuf,
    mapping: PathBuf,
    next: Arc<AtomicU64>,
    next_note: Arc<AtomicU64>,
    told: Arc<Told>,
}

/// What the driver was told, and a permit for every receipt, so that it can wait for them.
struct Told {
    promised: Mutex<Promised>,
    heard: Semaphore,
}

impl Told {
    fn now(&self) -> Promised {
        self.promised.lock().unwrap().clone()
    }

    fn receipt(&self, n: u64, receipt: String) {
        self.promised.lock().unwrap().receipts.insert(n, receipt);
        self.heard.add_permits(1);
    }
}

/// What was promised.
#[derive(Clone, Default)]
struct Promised {
    /// Receipts by number of the submission.
    receipts: BTreeMap<u64, String>,
    notes: u64,
    files: u64,
}

impl Scene {
    async fn open(dir: &Path, target: Target) -> Self {
        let place = Place { target, dir: dir.join("data") };
        county(&place).await;
        let (letters, mapping) = (dir.join("letters.csv"), dir.join("letters.toml"));
        let rows: String = (0..IMPORTED).map(|n| format!("{n},第{n}封来信：在超市买到过期牛奶，要求处理。\n")).collect();
        std::fs::write(&letters, format!("row,detail\n{rows}")).unwrap();
        std::fs::write(&mapping, MAPPING).unwrap();
        let app = App::open(&place, Clock::System).await.unwrap();
        let locality = app.localities()[0];
        let world = app.world(locality).unwrap();
        let centre = world.directory.units.values().find(|u| u.kind == UnitKind::Centre).unwrap().id;
        let password = "correct horse battery".to_owned();
        let roles = vec![(Role::Clerk, centre)];
        let new = NewPerson { login: "clerk".into(), name: "王登记".into(), password: password.clone(), roles };
        people::create(&app, &Scope::system(locality, Reason::Setup), new).await.unwrap();
        let session = people::sign_in(&app, "clerk", &password, "192.0.2.1", "test").await.unwrap();
        app.db().close().await;
        let mut scene = Self {
            place,
            cookie: format!("{SESSION_COOKIE}={session}"),
            tokens: Vec::new(),
            letters,
            mapping,
            next: Arc::default(),
            next_note: Arc::default(),
            told: Arc::new(Told { promised: Mutex::default(), heard: Semaphore::new(0) }),
        };
        let server = Server::start(&scene.place);
        for _ in 0..4 {
            submitter(server.address, scene.next.clone(), scene.told.clone(), 1).await;
        }
        server.stop();
        let app = App::open(&scene.place, Clock::System).await.unwrap();
        let (keyring, now) = (Keyring::open(&scene.place.dir.join("keys"), Suite::default()).unwrap(), app.clock().now());
        let keyring = Arc::new(keyring);
        app.db().write(async move |tx: &mut Tx| store::sequencer::run(tx, &keyring, now, 10_000).await).await.unwrap();
        let receipts = scene.told.now().receipts;
        scene.tokens = tokens(&app, locality, &receipts).await;
        app.db().close().await;
        scene
    }

    /// Everything that is done to a server at once; each part ends when nobody answers any more.
    fn load(&self, address: SocketAddr, work: &mut JoinSet<()>) {
        for _ in 0..5 {
            work.spawn(submitter(address, self.next.clone(), self.told.clone(), u64::MAX));
        }
        for with_file in [false, true] {
            let (cookie, tokens) = (self.cookie.clone(), self.tokens.clone());
            work.spawn(desk(address, cookie, tokens, with_file, self.next_note.clone(), self.told.clone()));
        }
    }

    fn import(&self) -> Command {
        let args = [self.letters.to_str().unwrap(), "--mapping", self.mapping.to_str().unwrap()].map(str::to_owned);
        let all: Vec<String> = ["import".to_owned()].into_iter().chain(args).chain(store_args(&self.place)).collect();
        bin(&all.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Sends everything again to a server nobody harms, brings the file in to its end, and counts.
    async fn settle(&self) {
        let server = Server::start(&self.place);
        let (sent, promised) = (self.next.load(Ordering::SeqCst), self.told.now());
        for n in 0..sent {
            let reply = send(server.address, n).await.expect("nobody harms it now");
            assert_eq!(reply.status, 303, "{n}: {}", reply.text());
            let receipt = receipt_in(&reply);
            assert!(promised.receipts.get(&n).is_none_or(|first| *first == receipt), "submission {n} has another receipt now");
        }
        drop(server);
        assert!(self.import().status().unwrap().success());
        let app = App::open(&self.place, Clock::System).await.unwrap();
        assert_eq!(whole(&app).await, sent + IMPORTED, "each submission and each letter exactly once");
        app.db().close().await;
        println!("{sent} submissions sent, {} acknowledged; {} notes, {} files", promised.receipts.len(), promised.notes, promised.files);
    }

    /// What must hold at once after every harm: promises kept, record whole, nothing half.
    async fn check(&self, app: &App) {
        let sent = self.next.load(Ordering::SeqCst);
        let promised = self.told.now();
        let mut db = app.db().read().await.unwrap();
        for (n, receipt) in &promised.receipts {
            let number = receipt.split('.').next().unwrap();
            assert!(
                store::submissions::by_receipt(&mut db, number).await.unwrap().is_some(),
                "submission {n} was acknowledged and is gone"
            );
        }
        drop(db);
        let there = whole(app).await;
        assert!((promised.receipts.len() as u64..=sent + IMPORTED).contains(&there), "{there}");
        let scope = Scope::system(app.localities()[0], Reason::Verify);
        let (mut notes, mut files) = (0, 0);
        let mut db = app.db().read().await.unwrap();
        for token in &self.tokens {
            let loaded = case(&mut db, &scope, token).await;
            notes += loaded.events.iter().filter(|(_, f)| f.event.name() == "Noted").count() as u64;
            files += loaded.events.iter().filter(|(_, f)| f.event.name() == "EvidenceAdded").count() as u64;
        }
        assert!((promised.notes..=self.next_note.load(Ordering::SeqCst)).contains(&notes), "{notes} notes, {} promised", promised.notes);
        assert!((promised.files..=self.next_note.load(Ordering::SeqCst)).contains(&files), "{files} files, {} promised", promised.files);
    }

    async fn opened_and_checked(&self) {
        let app = App::open(&self.place, Clock::System).await.unwrap();
        self.check(&app).await;
        app.db().close().await;
    }
}

async fn case(db: &mut store::engine::Reader, scope: &Scope, token: &str) -> store::cases::Loaded {
    let id = store::cases::id_of_token(db, scope, token).await.unwrap().unwrap();
    store::cases::load(db, scope, id).await.unwrap().unwrap()
}

/// The tokens of the cases behind receipts.
async fn tokens(app: &App, locality: Locality, receipts: &BTreeMap<u64, String>) -> Vec<String> {
    let scope = Scope::system(locality, Reason::Verify);
    let mut db = app.db().read().await.unwrap();
    let mut all = Vec::new();
    for receipt in receipts.values() {
        let id = store::submissions::id_of_receipt(&mut db, &scope, receipt.split('.').next().unwrap()).await.unwrap().unwrap();
        all.extend(store::cases::of_submission(&mut db, &scope, id).await.unwrap().into_iter().map(|l| l.case.registration.token));
    }
    all
}

/// Submits until nobody answers. Whoever is told "later" has no promise, and goes on with the next.
async fn submitter(address: SocketAddr, next: Arc<AtomicU64>, told: Arc<Told>, most: u64) {
    for _ in 0..most {
        let n = next.fetch_add(1, Ordering::SeqCst);
        let Ok(reply) = send(address, n).await else { return };
        match reply.status {
            303 => told.receipt(n, receipt_in(&reply)),
            503 => {}
            other => panic!("submission {n}: {other}"),
        }
    }
}

/// Writes notes or sends files until nobody answers.
async fn desk(address: SocketAddr, cookie: String, tokens: Vec<String>, with_file: bool, next: Arc<AtomicU64>, told: Arc<Told>) {
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        let token = &tokens[n as usize % tokens.len()];
        let words = format!("第{n}次记录：已联系商家");
        let (path, kind, body) = if with_file {
            let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{words}\r\n--edge\r\n").into_bytes();
            body.extend(b"Content-Disposition: form-data; name=\"evidence\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4\n");
            body.extend(vec![b'x'; 100_000]);
            body.extend(b"\n%%EOF\n\r\n--edge--\r\n");
            ("evidence", "multipart/form-data; boundary=edge", body)
        } else {
            let body = format!("text={}", fangxin::web::http::encode(&words)).into_bytes();
            ("note", "application/x-www-form-urlencoded", body)
        };
        match client::put(address, &format!("/desk/case/{token}/{path}"), &cookie, kind, &body).await {
            Ok(reply) if reply.status == 303 => {
                let mut promised = told.promised.lock().unwrap();
                if with_file {
                    promised.files += 1;
                } else {
                    promised.notes += 1;
                }
            }
            // Full, or a case that holds as many files as it may.
            Ok(reply) if matches!(reply.status, 503 | 422) => {}
            Ok(reply) => panic!("{path}: {} {}", reply.status, reply.text()),
            Err(_) => return,
        }
    }
}

/// Waits until so many more were acknowledged, or that long, whichever comes first.
async fn until(scene: &Scene, more: u64, most: Duration) {
    let heard = &scene.told.heard;
    heard.forget_permits(heard.available_permits());
    if let Ok(permits) = timeout(most, heard.acquire_many(u32::try_from(more).unwrap())).await {
        permits.unwrap().forget();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_mixed_load_it_keeps_every_promise_once() {
    let mut dice = dice("kill -9");
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::open(dir.path(), Target::Data(dir.path().join("data"))).await;
    for _ in 0..rounds(5) {
        let server = Server::start(&scene.place);
        let mut work = JoinSet::new();
        scene.load(server.address, &mut work);
        let mut import = scene.import().spawn().unwrap();
        until(&scene, dice.below(20), Duration::from_secs(20)).await;
        let moment = Instant::now();
        let wait = Duration::from_micros(dice.below(20_000));
        while moment.elapsed() < wait {
            tokio::task::yield_now().await;
        }
        server.kill9();
        import.kill().unwrap();
        import.wait().unwrap();
        while let Some(done) = work.join_next().await {
            done.unwrap();
        }
        scene.opened_and_checked().await;
    }
    scene.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_a_database_and_one_is_killed() {
    let Some(database) = Database::new("torture_two") else { return };
    let mut dice = dice("two servers");
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::open(dir.path(), Target::Url(database.url())).await;
    let mut staying = Server::start(&scene.place);
    for _ in 0..rounds(3).min(30) {
        let other = Server::start(&scene.place);
        let mut work = JoinSet::new();
        scene.load(staying.address, &mut work);
        scene.load(other.address, &mut work);
        until(&scene, 10 + dice.below(20), Duration::from_secs(20)).await;
        // Now this one dies, now that one; the other goes on with all the work.
        let dying = if dice.below(2) == 0 { other } else { std::mem::replace(&mut staying, other) };
        dying.kill9();
        until(&scene, 10, Duration::from_secs(20)).await;
        work.shutdown().await;
        scene.opened_and_checked().await;
    }
    drop(staying);
    scene.settle().await;
}

/// A database server of the test's own, so that it can be ended.
struct Cluster(PathBuf);

impl Cluster {
    fn script(&self, word: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let out = self.0.join("said");
        // A file and no pipe: the server would hold a pipe open.
        let file = std::fs::File::create(&out).unwrap();
        let mut command = Command::new(root.join("bin/pg"));
        assert!(command.arg(word).arg(self.0.join("pg")).stdout(file).status().unwrap().success(), "bin/pg {word}");
        std::fs::read_to_string(out).unwrap().trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.script("stop");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_stopped_at_once_and_started_again_loses_nothing() {
    if std::env::var("FANGXIN_TEST_PG").is_err() {
        eprintln!("NOT RUN: 1 (FANGXIN_TEST_PG is not set; bin/pg start prints it)");
        return;
    }
    let mut dice = dice("database restarts");
    let dir = tempfile::tempdir().unwrap();
    open_to_all(dir.path());
    let cluster = Cluster(dir.path().to_owned());
    let url = cluster.script("start");
    let scene = Scene::open(dir.path(), Target::Url(url.clone())).await;
    let mut server = Server::start(&scene.place);
    for _ in 0..rounds(2).min(20) {
        let mut work = JoinSet::new();
        scene.load(server.address, &mut work);
        until(&scene, 5 + dice.below(20), Duration::from_secs(20)).await;
        cluster.script("stop");
        // Its port may be another afterwards.
        let again = cluster.script("start");
        work.shutdown().await;
        if again != url {
            println!("it came back on another port");
            return;
        }
        // The same server goes on, without being started again.
        let before = scene.told.now().receipts.len();
        let mut work = JoinSet::new();
        scene.load(server.address, &mut work);
        until(&scene, 3, Duration::from_secs(60)).await;
        work.shutdown().await;
        assert!(scene.told.now().receipts.len() > before, "the server does not come back by itself");
        server.kill9();
        scene.opened_and_checked().await;
        server = Server::start(&scene.place);
    }
    drop(server);
    scene.settle().await;
}

/// The database's own user must reach its directory.
fn open_to_all(dir: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// No file may grow beyond a limit, as on a disk that is full; the server lives on and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_it_promises_nothing_and_goes_on_when_there_is_room() {
    let mut dice = dice("full disk");
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::open(dir.path(), Target::Data(dir.path().join("data"))).await;
    for _ in 0..rounds(2).min(10) {
        let size = std::fs::metadata(scene.place.dir.join("fangxin.db")).unwrap().len();
        let blocks = (size / 1024 + 64 + dice.below(256)).to_string();
        // Ignored signals stay ignored in the program that is started: a write beyond the limit fails instead of ending it.
        let limited = ["bash", "-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "limited", &blocks];
        let server = Server::under(&limited, &scene.place);
        let mut work = JoinSet::new();
        scene.load(server.address, &mut work);
        let (begun, mut refused) = (Instant::now(), 0);
        // It runs full, and is still there to say so.
        while refused < 5 {
            let n = scene.next.fetch_add(1, Ordering::SeqCst);
            let reply = send(server.address, n).await.expect("a full disk does not end the server");
            match reply.status {
                303 => scene.told.receipt(n, receipt_in(&reply)),
                503 => refused += 1,
                other => panic!("{other}: {}", reply.text()),
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "it never ran full");
        }
        work.shutdown().await;
        server.kill9();
        scene.opened_and_checked().await;
    }
    scene.settle().await;
}

/// The machine's clock goes to and fro while people submit and the platform does its own work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_neither_turns_the_record_back_nor_breaks_it() {
    let mut dice = dice("clock");
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::open(dir.path(), Target::Data(dir.path().join("data"))).await;
    let clock = Clock::set(Clock::System.now());
    let app = App::open(&scene.place, clock.clone()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let mut work = JoinSet::new();
    for _ in 0..3 {
        work.spawn(submitter(address, scene.next.clone(), scene.told.clone(), u64::MAX));
    }
    let start = clock.now();
    for _ in 0..rounds(8) {
        // Up to three days to and fro.
        let minutes = dice.below(6 * 24 * 60) as i64 - 3 * 24 * 60;
        clock.move_to(start.plus_minutes(minutes));
        until(&scene, 3, Duration::from_secs(20)).await;
        sweep::round(&app).await.unwrap();
    }
    work.shutdown().await;
    scene.check(&app).await;
    let receipts = scene.told.now().receipts;
    let scope = Scope::system(app.localities()[0], Reason::Verify);
    let mut db = app.db().read().await.unwrap();
    for token in tokens(&app, app.localities()[0], &receipts).await {
        let loaded = case(&mut db, &scope, &token).await;
        assert!(loaded.events.is_sorted_by(|a, b| a.0.recorded_at < b.0.recorded_at), "recorded time never goes back");
    }
    drop(db);
    server.abort();
    // The last round was days ahead and holds the platform's own work until then: the next server does not wait for that.
    clock.move_to(start.plus_minutes(3 * 24 * 60));
    sweep::round(&app).await.unwrap();
    app.db().close().await;
    let next = App::open(&scene.place, Clock::System).await.unwrap();
    sweep::round(&next).await.unwrap();
    let until = store::health::lease_until(&mut next.db().read().await.unwrap(), sweep::WORK_LEASE).await.unwrap();
    assert!(until.unwrap() < Clock::System.now().plus_minutes(10), "nobody does the platform's own work for three days");
    next.db().close().await;
    scene.settle().await;
}

/// What a harmed copy of a store turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// It does not open, or a read fails: said at once.
    Refused,
    /// `verify` names the damage.
    Named,
    /// Whole, and all of it.
    Unharmed,
    /// Whole, and a beginning of what it was: a head kept elsewhere tells.
    Earlier,
}

/// Bytes of database and log are changed, cut or torn. It is told, or it is a whole beginning of what was there; never anything else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn torn_pages_are_named_or_leave_a_whole_beginning() {
    let mut dice = dice("torn pages");
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::open(dir.path(), Target::Data(dir.path().join("data"))).await;
    let server = Server::start(&scene.place);
    let mut work = JoinSet::new();
    scene.load(server.address, &mut work);
    until(&scene, 60, Duration::from_secs(60)).await;
    // Killed, so that the log beside the database is not folded in.
    server.kill9();
    work.shutdown().await;
    let good = dir.path().join("good");
    let files = ["fangxin.db", "fangxin.db-wal"];
    std::fs::create_dir(&good).unwrap();
    for name in files {
        std::fs::copy(scene.place.dir.join(name), good.join(name)).unwrap();
    }
    let keyring = Keyring::open(&scene.place.dir.join("keys"), Suite::default()).unwrap();
    let whole_db = Db::attach(&Target::Data(scene.place.dir.clone()), store::MIGRATIONS).await.unwrap();
    let newest = Handed::newest(&mut whole_db.read().await.unwrap(), &keyring).await.unwrap().unwrap();
    let counts = store::verify::run(&whole_db, &keyring, None, &mut |_| {}).await.unwrap().counts;
    let mut fates: BTreeMap<Fate, u64> = BTreeMap::new();
    for round in 0..rounds(12) {
        let torn = dir.path().join(format!("torn{round}"));
        std::fs::create_dir(&torn).unwrap();
        for name in files {
            std::fs::copy(good.join(name), torn.join(name)).unwrap();
        }
        let path = torn.join(files[dice.below(2) as usize]);
        let mut bytes = std::fs::read(&path).unwrap();
        let (at, how) = (dice.below(bytes.len() as u64) as usize, dice.below(3));
        match how {
            // Half of a page was written.
            0 => {
                let end = (at + 4_096).min(bytes.len());
                bytes[at..end].fill(0);
            }
            1 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << dice.below(8),
        }
        std::fs::write(&path, bytes).unwrap();
        let fate = fate(&torn, &keyring, &whole_db, &newest, counts.submissions).await;
        println!("round {round}: {} {how} at {at}: {fate:?}", path.file_name().unwrap().to_string_lossy());
        *fates.entry(fate).or_default() += 1;
        std::fs::remove_dir_all(&torn).unwrap();
    }
    println!("{fates:?}");
}

async fn fate(torn: &Path, keyring: &Keyring, good: &Db, newest: &Handed, submissions: u64) -> Fate {
    let Ok(db) = Db::attach(&Target::Data(torn.to_owned()), store::MIGRATIONS).await else { return Fate::Refused };
    let Ok(report) = store::verify::run(&db, keyring, None, &mut |_| {}).await else { return Fate::Refused };
    if !report.is_whole() {
        return Fate::Named;
    }
    let head = Handed::newest(&mut db.read().await.unwrap(), keyring).await.unwrap();
    let before = match &head {
        Some(head) => heads::against(&mut good.read().await.unwrap(), keyring, head).await.unwrap(),
        None => Standing::Holds,
    };
    assert_eq!(before, Standing::Holds, "what is left is a beginning of what was there");
    assert!(report.counts.submissions <= submissions);
    let after = heads::against(&mut db.read().await.unwrap(), keyring, newest).await.unwrap();
    match after {
        Standing::Holds if report.counts.submissions == submissions => Fate::Unharmed,
        Standing::Holds | Standing::Shorter(_) => Fate::Earlier,
        other => panic!("whole and yet {other:?}"),
    }
}
