//! Running the built binary.
#![expect(dead_code, reason = "each test file uses a part of it")]

pub mod served;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// A command of the binary, its output captured.
pub fn bin(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fangxin"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["FANGXIN_KEYS", "FANGXIN_LOG", "FANGXIN_ORIGIN", "FANGXIN_TRUSTED_PROXY"] {
        command.env_remove(name);
    }
    command
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Its output, if it succeeded.
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Run {
    let out = bin(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    Run { code: out.status.code(), stdout: text(out.stdout), stderr: text(out.stderr) }
}

/// A command that runs on; ended with the test.
pub struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    errors: Receiver<String>,
    seen: String,
}

/// Starts a command.
pub fn start(args: &[&str]) -> Running {
    let mut child = bin(args).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let (send, errors) = channel();
    // Read at once, so that a full pipe never holds the program up.
    std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    Running { child, stdout, errors, seen: String::new() }
}

impl Running {
    /// The next line of standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it ended: {}", self.stderr());
        line
    }

    /// Standard output up to the line with `word`.
    pub fn until(&mut self, word: &str) -> String {
        let mut all = String::new();
        while !all.contains(word) {
            all += &self.line();
        }
        all
    }

    /// The line of standard error with `word`.
    pub fn stderr_until(&mut self, word: &str) -> String {
        self.stderr_line(|line| line.contains(word))
    }

    /// The line of standard error that says so many or more of something are done: `500/3000 …`.
    pub fn stderr_done(&mut self, least: u64) -> String {
        self.stderr_line(|line| line.split_once('/').and_then(|(n, _)| n.parse::<u64>().ok()).is_some_and(|n| n >= least))
    }

    fn stderr_line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        if let Some(line) = self.seen.lines().find(|l| wanted(l)) {
            return line.to_owned();
        }
        loop {
            let line = self.errors.recv().unwrap_or_else(|_| panic!("it ended without: {}", self.seen));
            self.seen += &format!("{line}\n");
            if wanted(&line) {
                return line;
            }
        }
    }

    /// Standard error so far.
    pub fn stderr(&mut self) -> String {
        self.seen.extend(self.errors.try_iter().map(|l| l + "\n"));
        self.seen.clone()
    }

    /// The rest of standard output, once it has ended.
    pub fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        rest
    }

    /// Asks it to end, and its exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A database of its own on the server of the tests.
pub struct Database {
    admin: String,
    name: String,
}

impl Database {
    /// None where there is no server to test on; required in CI. The word keeps it apart from those of other tests.
    pub fn new(word: &str) -> Option<Self> {
        let Some(admin) = std::env::var("FANGXIN_TEST_PG").ok().filter(|u| !u.is_empty()) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "FANGXIN_TEST_PG is not set");
            eprintln!("NOT RUN: 1 (FANGXIN_TEST_PG is not set; bin/pg start prints it)");
            return None;
        };
        let name = format!("fangxin_{word}_{}", std::process::id());
        let database = Self { admin, name };
        database.create();
        Some(database)
    }

    fn create(&self) {
        self.ask(&format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.name));
    }

    /// Makes it anew.
    pub fn empty(&self) {
        self.ask(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        self.create();
    }

    fn ask(&self, statement: &str) {
        let done = Command::new("psql").args(["-q", "-d", &self.admin, "-c", statement]).status();
        assert!(done.expect("psql comes with PostgreSQL").success());
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("{}/{}", self.admin.rsplit_once('/').unwrap().0, self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.ask(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// A file of the shared data, where it is there; required in CI.
pub fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var("FANGXIN_SHARED_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join("hotline").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing; name its folder in FANGXIN_SHARED_DATA", path.display());
    eprintln!("NOT RUN: 1 ({name} is not here; FANGXIN_SHARED_DATA names its folder)");
    None
}
