//! How mail is sent and fetched, from a file that an operator writes (docs/OPERATIONS.md).

use lettre::message::Mailbox;
use rules::ids::Locality;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mail: Section,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(flatten)]
    server: Server,
    from: String,
    #[serde(default)]
    reply_to: Option<String>,
    #[serde(default)]
    intake: Option<Intake>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte.
    Tls,
    /// After a word in the clear, and not without it (SMTP only).
    Starttls,
    /// Not at all: only for a server on the same machine.
    None,
}

/// A mail server.
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    #[serde(default = "tls")]
    pub tls: Tls,
    /// Certificate of an authority to believe beside the public ones, PEM.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// Who signs in.
    #[serde(default)]
    pub user: Option<String>,
    /// File with the password, read anew for each connection.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

fn tls() -> Tls {
    Tls::Tls
}

impl Server {
    /// User and password; none where nobody signs in.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn login(&self) -> std::io::Result<Option<(String, String)>> {
        let Some((user, file)) = self.user.as_ref().zip(self.password_file.as_ref()) else { return Ok(None) };
        Ok(Some((user.clone(), std::fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_owned())))
    }
}

/// A mailbox that is emptied.
#[derive(Clone, Debug, Deserialize)]
pub struct Imap {
    /// The server.
    #[serde(flatten)]
    pub server: Server,
    /// Folder read.
    #[serde(default = "inbox")]
    pub folder: String,
    /// Folder to which mails go that were taken, and that of those that could not be.
    #[serde(default = "done")]
    pub done: String,
    /// Seconds between two looks.
    #[serde(default = "every")]
    pub every: u64,
}

fn inbox() -> String {
    "INBOX".into()
}
fn done() -> String {
    "Fangxin".into()
}
fn every() -> u64 {
    60
}
fn per_hour() -> u32 {
    300
}

/// Where mails come in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Locality, where there are several on this installation.
    #[serde(default)]
    pub locality: Option<i64>,
    /// New submissions of all senders together in an hour; beyond it a mail waits for a clerk, and no notice goes to an address that may be
    /// forged. Answers to our own notices are not counted.
    #[serde(default = "per_hour")]
    pub per_hour: u32,
    /// Directory with `new`, `done` and `failed`.
    #[serde(default)]
    pub spool: Option<PathBuf>,
    /// Mailbox.
    #[serde(default)]
    pub imap: Option<Imap>,
}

impl Intake {
    /// The locality meant.
    #[must_use]
    pub fn place(&self, here: &[Locality]) -> Option<Locality> {
        match self.locality.map(Locality) {
            Some(l) => here.contains(&l).then_some(l),
            None if here.len() == 1 => here.first().copied(),
            None => None,
        }
    }
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server that sends.
    pub smtp: Server,
    /// Whom notices come from.
    pub from: Mailbox,
    /// Where answers go, where that is elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Where mails come in.
    pub intake: Option<Intake>,
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
        Self::parse(&text).map_err(|e| format!("{name}: {e}"))
    }

    /// Reads its text.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let Section { server, from, reply_to, intake } = toml::from_str::<File>(text).map_err(|e| e.to_string())?.mail;
        let mailbox =
            |name: &str, s: &str| s.parse::<Mailbox>().map_err(|_| format!("{name} is no address: write 放心 <no-reply@example.cn>"));
        let (smtp, from) = (server, mailbox("from", &from)?);
        let reply_to = reply_to.map(|r| mailbox("reply_to", &r)).transpose()?;
        let servers = [Some(&smtp), intake.as_ref().and_then(|i| i.imap.as_ref()).map(|i| &i.server)];
        for server in servers.into_iter().flatten() {
            if server.user.is_some() != server.password_file.is_some() {
                return Err(format!("{}: user and password_file belong together", server.host));
            }
            if server.tls == Tls::None && server.user.is_some() && !["localhost", "127.0.0.1", "::1"].contains(&server.host.as_str()) {
                return Err(format!("{}: without TLS a password is sent only to this machine", server.host));
            }
        }
        if intake.as_ref().and_then(|i| i.imap.as_ref()).is_some_and(|i| i.server.tls == Tls::Starttls) {
            return Err("IMAP is spoken with tls = \"tls\", usually on port 993".into());
        }
        Ok(Self { smtp, from, reply_to, intake })
    }

    /// Our own addresses: what comes from them is never taken in.
    pub fn own(&self) -> impl Iterator<Item = String> + '_ {
        std::iter::once(&self.from).chain(&self.reply_to).map(|m| m.email.to_string().to_ascii_lowercase())
    }

    /// The part of our address behind the `@`, in Message-IDs.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.from.email.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[mail]\nhost = \"smtp.example.cn\"\nport = 465\nuser = \"u\"\npassword_file = \"p\"\nfrom = \"放心 <no-reply@example.cn>\"\n\
        reply_to = \"tousu@example.cn\"\n[mail.intake]\nspool = \"mail\"\n[mail.intake.imap]\nhost = \"imap.example.cn\"\nport = 993\n";

    #[test]
    fn a_file_is_read_and_its_mistakes_are_named() {
        let config = Config::parse(GOOD).unwrap();
        assert_eq!((config.smtp.port, config.smtp.tls, config.domain()), (465, Tls::Tls, "example.cn"));
        let imap = config.intake.as_ref().unwrap().imap.as_ref().unwrap();
        assert_eq!((imap.folder.as_str(), imap.every), ("INBOX", 60));
        assert_eq!(config.own().collect::<Vec<_>>(), ["no-reply@example.cn", "tousu@example.cn"]);
        let wrong = [
            (GOOD.replace("password_file = \"p\"\n", ""), "belong together"),
            (GOOD.replace("port = 465", "port = 465\ntls = \"none\""), "only to this machine"),
            (GOOD.replace("port = 993", "port = 143\ntls = \"starttls\""), "993"),
            (GOOD.replace("no-reply@example.cn", "nobody"), "from is no address"),
            ("x = 1".to_owned(), "unknown field"),
        ];
        for (text, says) in wrong {
            let error = Config::parse(&text).unwrap_err();
            assert!(error.contains(says), "{says}: {error}");
        }
    }
}
