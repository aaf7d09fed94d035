//! A data directory, and a PostgreSQL database, written by the first landed version are migrated and verified by every later one. How they
//! were made: `fixtures/README.md`. They are never written anew; a later version adds its own beside them.

use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::engine::Target;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1").join(name)
}

/// Copies a fixture; keys are readable by their owner only, which version control does not keep.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
            std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).unwrap();
}

async fn opens_whole(place: &Place, at_least: u64) {
    let app = App::open(place, Clock::System).await.expect("the store of the first version opens");
    let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert!(report.counts.cases >= at_least, "only {} cases", report.counts.cases);
    app.db().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_of_the_first_version_is_migrated_and_whole() {
    let dir = tempfile::tempdir().unwrap();
    copy(&fixture("sqlite"), dir.path());
    opens_whole(&Place::data(dir.path()), 150).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_database_of_the_first_version_is_migrated_and_whole() {
    let Some(admin) = std::env::var("FANGXIN_TEST_PG").ok().filter(|u| !u.is_empty()) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "FANGXIN_TEST_PG is not set");
        eprintln!("NOT RUN: 1 (FANGXIN_TEST_PG is not set; bin/pg start prints it)");
        return;
    };
    let name = format!("fangxin_upgrade_{}", std::process::id());
    let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    psql(&admin, &["-c", &create]);
    psql(&url, &["-f", &fixture("postgres/dump.sql").to_string_lossy()]);
    let dir = tempfile::tempdir().unwrap();
    copy(&fixture("postgres/data"), dir.path());
    opens_whole(&Place { target: Target::Url(url), dir: dir.path().to_owned() }, 20).await;
    psql(&admin, &["-c", &format!("DROP DATABASE {name} WITH (FORCE)")]);
}

fn psql(url: &str, args: &[&str]) {
    let out = Command::new("psql").arg(url).args(["-q", "-X", "-v", "ON_ERROR_STOP=1"]).args(args).output().expect("psql is installed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
