//! Tree heads that leave the machine: a few lines of text that a printer, a mail or another office can keep. Who holds one can prove
//! later that nothing before it was lost or rewritten; what is newer than the last head sent off is the one loss nobody can prove.

use crate::engine::{Reader, Result};
use crate::seal::{Keyring, verify_signature};
use crate::sequencer::{self, TreeHead};
use crate::tree::{Frontier, Hash, needed_for_root};
use crate::{args, statements};
use rules::time::Instant;

statements! {
    NODE = "SELECT hash FROM tree_node WHERE level = $1 AND idx = $2";
}

/// First line of the text.
const TITLE: &str = "fangxin tree head 1";

/// A head with the key it was signed by, as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The head.
    pub head: TreeHead,
    /// Public key of the installation.
    pub key: [u8; 32],
}

impl Handed {
    /// The newest head, `None` while nothing has a position yet.
    ///
    /// # Errors
    /// Those of reading.
    pub async fn newest(db: &mut Reader, keyring: &Keyring) -> Result<Option<Self>> {
        Ok(sequencer::head(db).await?.map(|head| Self { head, key: keyring.public_key() }))
    }

    /// The lines that are kept: numbers, hexadecimal digits, microseconds UTC.
    #[must_use]
    pub fn text(&self) -> String {
        let h = &self.head;
        format!(
            "{TITLE}\nsize {}\nprevious {}\nroot {}\nat {}\nkey {}\nsignature {}\n",
            h.size,
            h.previous,
            hex(&h.root),
            h.at.0,
            hex(&self.key),
            hex(&h.signature)
        )
    }

    /// Reads the lines back; `None` if they are not what [`Handed::text`] makes or the signature is not the key's.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        (lines.next()? == TITLE).then_some(())?;
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let size = field("size")?.parse().ok()?;
        let previous = field("previous")?.parse().ok()?;
        let root: Hash = unhex(&field("root")?)?.try_into().ok()?;
        let at = Instant(field("at")?.parse().ok()?);
        let key: [u8; 32] = unhex(&field("key")?)?.try_into().ok()?;
        let signature: [u8; 64] = unhex(&field("signature")?)?.try_into().ok()?;
        let signed = verify_signature(&key, "tree-head", &TreeHead::message(size, previous, &root, at), &signature);
        signed.then(|| Self { head: TreeHead { size, previous, root, at, signature: signature.to_vec() }, key })
    }
}

/// How a store stands to a head that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All the head covers is there, in its place and as it was.
    Holds,
    /// Another installation, or one with other keys, signed it.
    OtherKey,
    /// The log ends earlier: so many entries are there.
    Shorter(u64),
    /// As many entries, but not the same ones.
    Rewritten,
}

/// Holds a store against a head. It looks at the tree alone: that the tree is the log's and the events' is what `verify` proves.
///
/// # Errors
/// Those of reading.
pub async fn against(db: &mut Reader, keyring: &Keyring, handed: &Handed) -> Result<Standing> {
    if handed.key != keyring.public_key() {
        return Ok(Standing::OtherKey);
    }
    let there = sequencer::head(db).await?.map_or(0, |h| h.size);
    if there < handed.head.size {
        return Ok(Standing::Shorter(there));
    }
    let mut nodes = Vec::new();
    for (level, idx) in needed_for_root(handed.head.size) {
        match db.opt(NODE, args![level, idx as i64]).await? {
            Some(row) => nodes.push(((level, idx), row.get::<Hash>(0)?)),
            None => return Ok(Standing::Rewritten),
        }
    }
    let get = |level, idx| nodes.iter().find(|(at, _)| *at == (level, idx)).map(|(_, hash)| *hash);
    let root = Frontier::load(handed.head.size, get).ok().map(|f| f.root());
    Ok(if root == Some(handed.head.root) { Standing::Holds } else { Standing::Rewritten })
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes of hexadecimal digits.
#[must_use]
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some((digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Suite;

    #[test]
    fn a_head_reads_back_and_no_changed_one_does() {
        let dir = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(&dir.path().join("keys"), Suite::default()).unwrap();
        let (size, previous, root, at) = (7, 3, [9; 32], Instant(1_776_000_000_000_000));
        let signature = keyring.sign("tree-head", &TreeHead::message(size, previous, &root, at)).to_vec();
        let handed = Handed { head: TreeHead { size, previous, root, at, signature }, key: keyring.public_key() };
        let text = handed.text();
        assert_eq!(Handed::parse(&text), Some(handed.clone()));
        assert_eq!(Handed::parse(&text.replace('\n', "\r\n")), Some(handed), "mail turns the ends of lines");
        for (old, new) in
            [("size 7", "size 8"), ("previous 3", "previous 2"), ("root 09", "root 08"), ("head 1", "head 2"), ("at 1", "at 2")]
        {
            assert_eq!(Handed::parse(&text.replacen(old, new, 1)), None, "{old}");
        }
        assert_eq!(Handed::parse(""), None);
        assert_eq!(unhex("abc"), None);
    }
}
