//! A mail server of one's own on free ports of this machine: SMTP by aiosmtpd, IMAP by Dovecot, over the same maildirs. Both come with
//! `bin/test`.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Everybody's password.
pub const PASSWORD: &str = "secret";
/// Whom both servers run as, where the tests run as root.
const NOBODY: u32 = 65534;

pub struct Post {
    dir: tempfile::TempDir,
    pub smtp: u16,
    pub imap: u16,
    pub imaps: u16,
    server: Option<Child>,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

impl Post {
    /// Both servers, listening.
    pub fn start() -> Self {
        let dir = tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap();
        let mut post = Self { smtp: free_port(), imap: free_port(), imaps: free_port(), dir, server: None };
        let homes = post.homes();
        std::fs::create_dir_all(&homes).unwrap();
        if is_root() {
            std::os::unix::fs::chown(&homes, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        post.dovecot();
        post.open_smtp();
        post
    }

    fn homes(&self) -> PathBuf {
        self.dir.path().join("homes")
    }

    /// The authority that vouches for the IMAP server.
    pub fn ca(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    fn config(&self) -> PathBuf {
        self.dir.path().join("dovecot.conf")
    }

    fn dovecot(&self) {
        let dir = self.dir.path().display();
        let (cert, key) = (self.ca(), self.dir.path().join("key.pem"));
        let subject =
            ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&cert)
            .args(subject)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (uid, login) = if is_root() { (NOBODY.to_string(), String::new()) } else { mine() };
        let text = format!(
            "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = yes\n\
             ssl_cert = <{cert}\nssl_key = <{key}\ndisable_plaintext_auth = no\nmail_location = maildir:~/Maildir\nfirst_valid_uid = 1\n{login}\
             passdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n\
             userdb {{\n  driver = static\n  args = uid={uid} gid={uid} home={dir}/homes/%n\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {}\n  }}\n  inet_listener imaps {{\n    port = {}\n    ssl = yes\n  }}\n}}\n\
             mail_max_userip_connections = 50\n",
            self.imap,
            self.imaps,
            cert = cert.display(),
            key = key.display(),
        );
        std::fs::write(self.config(), text).unwrap();
        // It goes to the background once it listens, and keeps what it was given to write to: no pipe.
        let said = self.dir.path().join("said");
        let started =
            Command::new("dovecot").arg("-c").arg(self.config()).stdout(Stdio::null()).stderr(File::create(&said).unwrap()).status();
        let started = started.expect("dovecot is there: Debian's dovecot-imapd, installed by bin/test");
        assert!(started.success(), "{}", std::fs::read_to_string(&said).unwrap());
    }

    /// Opens the SMTP server, which was closed before.
    pub fn open_smtp(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/smtp.py");
        // Read as another user, who may not reach the source.
        let here = self.dir.path().join("smtp.py");
        std::fs::copy(script, &here).unwrap();
        let python = if Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" };
        let mut child = Command::new(python)
            .arg(&here)
            .arg(self.smtp.to_string())
            .arg(self.homes())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready", "aiosmtpd is there: Debian's python3-aiosmtpd, installed by bin/test");
        self.server = Some(child);
    }

    /// Closes the SMTP server.
    pub fn close_smtp(&mut self) {
        if let Some(mut child) = self.server.take() {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }

    /// The mails somebody has not read yet, as they lie in their mailbox; they are taken out.
    pub fn take(&self, who: &str) -> Vec<Vec<u8>> {
        let new = self.homes().join(who).join("Maildir/new");
        let Ok(entries) = std::fs::read_dir(&new) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
        paths.sort();
        let read = |path: PathBuf| {
            let raw = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            raw
        };
        paths.into_iter().map(read).collect()
    }

    /// How many mails lie in a folder of somebody's mailbox.
    pub fn count(&self, who: &str, folder: &str) -> usize {
        let dir = self.homes().join(who).join("Maildir").join(folder);
        let count = |part: &str| std::fs::read_dir(dir.join(part)).map_or(0, Iterator::count);
        count("new") + count("cur")
    }
}

/// Settings with which Dovecot runs as an ordinary user.
fn mine() -> (String, String) {
    let ask = |what: &str| String::from_utf8(Command::new("id").arg(what).output().unwrap().stdout).unwrap().trim().to_owned();
    let (uid, user, group) = (ask("-u"), ask("-un"), ask("-gn"));
    let services = ["imap-login", "anvil", "stats"].map(|s| format!("service {s} {{\n  chroot =\n}}\n")).concat();
    let login = format!("default_login_user = {user}\ndefault_internal_user = {user}\ndefault_internal_group = {group}\n{services}");
    (uid, login)
}

impl Drop for Post {
    fn drop(&mut self) {
        self.close_smtp();
        let _ = Command::new("doveadm").arg("-c").arg(self.config()).arg("stop").output();
    }
}
