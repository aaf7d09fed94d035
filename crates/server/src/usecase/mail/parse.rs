//! What a mail says: sender, subject, words, attachments, what it answers and whether a machine wrote it. Pure; whatever the bytes are, it
//! gives something, and what cannot be read is said to be so.

use encoding_rs::GB18030;
use mail_parser::{Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use rules::text::{clean_block, clean_line};
use std::borrow::Cow;

/// Most attachments taken from one mail.
pub const MAX_FILES: usize = 200;
/// Longest text taken from a mail, characters; what goes beyond is cut, and the mail says so.
const MAX_TEXT: usize = 20_000;
const MAX_SUBJECT: usize = 200;

/// Why a mail is no person's: nothing is answered to it, and it makes no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// An automatic answer (RFC 3834), or bulk.
    Auto,
    /// A report of delivery, or without a return path.
    Bounce,
    /// From a list.
    List,
}

impl Machine {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Bounce => "bounce",
            Self::List => "list",
        }
    }
}

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Name as given.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A mail as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Message-ID without brackets.
    pub message_id: Option<String>,
    /// Address of the sender, in lower case.
    pub from: Option<String>,
    /// Name the sender goes by.
    pub name: String,
    /// Subject.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// Message-IDs it refers to.
    pub refers: Vec<String>,
    /// A machine wrote it.
    pub machine: Option<Machine>,
    /// Message-ID of the mail that a report of delivery says has failed for good (RFC 3464).
    pub returned: Option<String>,
    /// Attachments, at most [`MAX_FILES`].
    pub files: Vec<Attachment>,
    /// Attachments beyond those.
    pub beyond: usize,
    /// Part of it could not be read as text, or was longer than is taken.
    pub damaged: bool,
}

impl Mail {
    /// Whether there is nothing a clerk could work with.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.from.is_none() || (self.text.is_empty() && self.subject.is_empty() && self.files.is_empty())
    }
}

/// Reads a mail.
#[must_use]
pub fn parse(raw: &[u8]) -> Mail {
    let Some(message) = MessageParser::default().parse(raw) else { return Mail::default() };
    let mut damaged = false;
    let from = message.from().and_then(|a| a.first());
    let address = from.and_then(|a| a.address()).map(|a| a.trim().to_ascii_lowercase());
    let mut line = |text: &str, name: HeaderName<'static>, max: usize| {
        let text =
            if text.contains('\u{fffd}') { header_again(&message, raw, &name).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() };
        damaged |= text.contains('\u{fffd}');
        let cut: String = text.chars().take(max).collect();
        clean_line(&cut, max).unwrap_or_default()
    };
    let name = from.and_then(|a| a.name()).map(|n| line(n, HeaderName::From, 60)).unwrap_or_default();
    let subject = message.subject().map(|s| line(s, HeaderName::Subject, MAX_SUBJECT)).unwrap_or_default();
    let (text, broken) = words(&message, raw);
    damaged |= broken;
    let (files, beyond) = attachments(&message);
    Mail {
        message_id: message.message_id().map(str::to_owned).filter(|id| !id.is_empty()),
        from: address.filter(|a| a.parse::<lettre::Address>().is_ok()),
        name,
        subject,
        text,
        refers: refers(&message),
        machine: machine(&message),
        returned: returned(&message),
        files,
        beyond,
        damaged,
    }
}

/// A header that was written in the bytes of GB18030 without saying so, as old programs do.
fn header_again(message: &Message<'_>, raw: &[u8], name: &HeaderName<'static>) -> Option<String> {
    let header = message.headers().iter().rev().find(|h| h.name == *name)?;
    let bytes = raw.get(header.offset_start as usize..header.offset_end as usize)?;
    let (text, _, bad) = GB18030.decode(bytes);
    let text = if *name == HeaderName::From { text.split('<').next()?.trim().trim_matches('"').to_owned() } else { text.trim().to_owned() };
    (!bad).then_some(text)
}

/// The text of a mail: its plain parts, else its pages turned into text.
fn words(message: &Message<'_>, raw: &[u8]) -> (String, bool) {
    let mut out = String::new();
    let mut damaged = false;
    for (n, part) in message.text_bodies().enumerate() {
        let text = match &part.body {
            PartType::Text(text) if text.contains('\u{fffd}') => part_again(part, raw).map_or(Cow::Borrowed(text.as_ref()), Cow::Owned),
            // Turned from a page into text, where it is one.
            _ => message.body_text(n).unwrap_or_default(),
        };
        if !out.is_empty() && !text.is_empty() {
            out.push('\n');
        }
        out.push_str(&text);
        if out.len() > MAX_TEXT * 8 {
            break;
        }
    }
    damaged |= out.contains('\u{fffd}') || out.chars().nth(MAX_TEXT).is_some();
    let cut: String = out.chars().take(MAX_TEXT).collect();
    (clean_block(&cut, MAX_TEXT).unwrap_or_default(), damaged)
}

/// A part in the bytes of GB18030 that says no charset.
fn part_again(part: &MessagePart<'_>, raw: &[u8]) -> Option<String> {
    let said = part.content_type().and_then(|t| t.attribute("charset"));
    let plain = said.is_none_or(|c| ["us-ascii", "ascii", "utf-8", "gb2312", "gbk"].contains(&c.to_ascii_lowercase().as_str()));
    if !plain || part.encoding != Encoding::None {
        return None;
    }
    let bytes = raw.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize)?;
    let (text, _, bad) = GB18030.decode(bytes);
    (!bad).then(|| text.into_owned())
}

fn attachments(message: &Message<'_>) -> (Vec<Attachment>, usize) {
    let all: Vec<_> = message.attachments().collect();
    let file = |part: &&MessagePart<'_>| {
        let name = part.attachment_name().unwrap_or_default();
        let name: String = name.chars().take(200).collect();
        Attachment { name: clean_line(&name, 200).unwrap_or_default(), bytes: part.contents().to_vec() }
    };
    let files = all.iter().take(MAX_FILES).map(file).collect();
    (files, all.len().saturating_sub(MAX_FILES))
}

/// What it refers to, the nearest last.
fn refers(message: &Message<'_>) -> Vec<String> {
    let ids = |v: &HeaderValue<'_>| v.as_text_list().unwrap_or_default().iter().map(|s| s.to_string()).collect::<Vec<_>>();
    let mut all = ids(message.references());
    all.extend(ids(message.in_reply_to()));
    all.truncate(200);
    all
}

/// Whether a machine wrote it (RFC 3834, RFC 2919, and what is in use beside them).
fn machine(message: &Message<'_>) -> Option<Machine> {
    let raw = |name: &str| {
        let found = message.headers_raw().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, v)| v.trim().to_ascii_lowercase())
    };
    let report = message.root_part().is_content_type("multipart", "report");
    // Delivered with an empty return path: nobody wants an answer.
    if report || raw("Return-Path").is_some_and(|v| v == "<>") {
        return Some(Machine::Bounce);
    }
    if raw("List-Id").is_some() || raw("List-Unsubscribe").is_some() {
        return Some(Machine::List);
    }
    let submitted = raw("Auto-Submitted").is_some_and(|v| !v.starts_with("no"));
    let bulk = raw("Precedence").is_some_and(|v| ["bulk", "junk", "list", "auto_reply"].contains(&v.as_str()));
    let answer = raw("X-Autoreply").is_some() || raw("X-Autorespond").is_some();
    let suppress = raw("X-Auto-Response-Suppress").is_some_and(|v| v.contains("all") || v.contains("autoreply"));
    (submitted || bulk || answer || suppress).then_some(Machine::Auto)
}

/// What a report of delivery is about, where it says that an attempt failed: one that is only late may still arrive.
fn returned(message: &Message<'_>) -> Option<String> {
    if !message.root_part().is_content_type("multipart", "report") {
        return None;
    }
    let field = |part: &MessagePart<'_>, name: &str| {
        let text = String::from_utf8_lossy(part.contents()).into_owned();
        let found = text.lines().find_map(|line| line.split_once(':').filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)))?;
        Some(found.1.trim().to_owned())
    };
    let status = message.parts.iter().filter(|p| p.is_content_type("message", "delivery-status"));
    let failed = status.filter_map(|p| field(p, "Action")).any(|action| action.eq_ignore_ascii_case("failed"));
    let id = |part: &MessagePart<'_>| match &part.body {
        PartType::Message(inner) => inner.message_id().map(str::to_owned),
        _ if part.is_content_type("text", "rfc822-headers") || part.is_content_type("message", "rfc822") => field(part, "Message-ID"),
        _ => None,
    };
    let id = message.parts.iter().find_map(id).filter(|_| failed)?;
    Some(id.trim_matches(['<', '>']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(head: &str, body: &str) -> Mail {
        parse(format!("From: =?gb18030?B?zfWCMLcx?= <Wang@Example.COM>\r\nMessage-ID: <1@example.com>\r\n{head}\r\n{body}").as_bytes())
    }

    #[test]
    fn names_words_and_encodings() {
        let subject = "Subject: =?utf-8?B?6YCA5Y2h?=\r\n";
        let m = mail(
            &format!("{subject}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"),
            "=E8=A6=81=E9=80=80=E6=AC=BE",
        );
        assert_eq!((m.from.as_deref(), m.subject.as_str(), m.text.as_str()), (Some("wang@example.com"), "退卡", "要退款"));
        assert_eq!(m.message_id.as_deref(), Some("1@example.com"));
        assert!(m.name == "王㛃" && !m.damaged && m.machine.is_none());
        let (gb, _, _) = GB18030.encode("这张卡退不了。㐂");
        let raw = [b"From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n".as_slice(), &gb].concat();
        assert_eq!(parse(&raw).text, "这张卡退不了。㐂");
        // Nothing says in which bytes it is written.
        let (subject, _, _) = GB18030.encode("退卡");
        let raw = [b"From: a@b.example\r\nSubject: ".as_slice(), &subject, b"\r\n\r\n", &gb].concat();
        let m = parse(&raw);
        assert_eq!((m.subject.as_str(), m.text.as_str(), m.damaged), ("退卡", "这张卡退不了。㐂", false));
    }

    #[test]
    fn a_page_becomes_text() {
        let m = mail(
            "Content-Type: text/html; charset=utf-8\r\n",
            "<html><style>p{}</style><p>第一段</p><script>x()</script><p>第二段</p></html>",
        );
        assert!(m.text.contains("第一段") && m.text.contains("第二段") && !m.text.contains("x()") && !m.text.contains('<'), "{}", m.text);
    }

    #[test]
    fn the_two_hundred_and_first_attachment_is_not_taken() {
        let part = |n: usize| {
            format!("--b\r\nContent-Type: application/pdf; name=\"{n}.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF-{n}\r\n")
        };
        let body: String = std::iter::once("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".to_owned()).chain((0..203).map(part)).collect();
        let m = mail("Content-Type: multipart/mixed; boundary=b\r\n", &format!("{body}--b--\r\n"));
        assert_eq!((m.files.len(), m.beyond, m.text.as_str()), (200, 3, "x"));
        assert_eq!(m.files[7], Attachment { name: "7.pdf".into(), bytes: b"%PDF-7".to_vec() });
    }

    #[test]
    fn machines_are_known() {
        let cases = [
            ("Auto-Submitted: auto-replied\r\n", Some(Machine::Auto)),
            ("Auto-Submitted: no\r\n", None),
            ("Precedence: bulk\r\n", Some(Machine::Auto)),
            ("List-Id: <x.example>\r\n", Some(Machine::List)),
            ("Return-Path: <>\r\n", Some(Machine::Bounce)),
            ("Content-Type: multipart/report; boundary=b\r\n", Some(Machine::Bounce)),
            ("X-Auto-Response-Suppress: All\r\n", Some(Machine::Auto)),
            ("Subject: x\r\n", None),
        ];
        for (head, expected) in cases {
            assert_eq!(mail(head, "x").machine, expected, "{head}");
        }
    }

    fn report(action: &str, kind: &str) -> Mail {
        let body = format!(
            "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; x@home.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
             --b\r\nContent-Type: {kind}\r\n\r\nFrom: us@example.com\r\nMessage-ID: <fx.1.2.3@example.com>\r\nSubject: x\r\n\r\n--b--\r\n"
        );
        mail("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", &body)
    }

    #[test]
    fn a_report_names_the_mail_that_failed_and_none_that_is_only_late() {
        for kind in ["message/rfc822", "text/rfc822-headers"] {
            assert_eq!(report("failed", kind).returned.as_deref(), Some("fx.1.2.3@example.com"), "{kind}");
            assert_eq!(report("delayed", kind).returned, None, "{kind}");
        }
        assert_eq!(mail("", "Action: failed\r\nMessage-ID: <fx.1.2.3@example.com>").returned, None);
    }

    #[test]
    fn nothing_and_rubbish_are_unreadable() {
        assert!(parse(b"").is_unreadable());
        assert!(parse(&[0xff; 1000]).is_unreadable());
        assert!(parse(b"From: nobody\r\n\r\nx").is_unreadable());
        assert!(!mail("", "x").is_unreadable());
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_is_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
            let m = parse(&bytes);
            proptest::prop_assert!(m.files.len() <= MAX_FILES && m.text.chars().count() <= MAX_TEXT);
        }
    }
}
