//! The whole file of a case (案卷) as one download: an index to open in any browser, its papers, its evidence. Only what belongs to this case
//! — the report of a submission has a file of its own, and a complaint's file does not say that there is one (Art. 37). Packed while it is
//! sent: neither the memory nor the disk holds it whole.

use super::{case, papers};
use crate::usecase::evidence::{self, Item};
use crate::usecase::read::{self, IDENTIFYING};
use crate::usecase::{Denied, act};
use crate::web::assets;
use crate::web::http::{Desk, Web, WebError, Workers};
use crate::web::views::casefile::{CaseFile, FileRow};
use crate::web::views::paper::Frame;
use crate::web::views::parts::Link;
use askama::Template as _;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::Response;
use rules::case::event::paper_of;
use rules::law::Kind;
use std::io::{self, Write};
use store::engine::Error;
use store::files::Download;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Largest paper, bytes.
const PAPER: usize = 4 * 1024 * 1024;
/// Pieces on their way to the reader.
const PIECES: usize = 16;

pub(super) async fn download(d: Desk<Workers>, Path(token): Path<String>) -> Web {
    let opened = read::open(&d.v.app, &d.scope, &token, &IDENTIFYING, "case_file").await?;
    let l = d.v.l.lang;
    let registration = &opened.loaded.case.registration;
    let first = match registration.kind {
        Kind::Complaint => Some("complaint"),
        Kind::Report => Some("report"),
        Kind::Consultation | Kind::Other => None,
    };
    let issued = opened.loaded.events.iter().filter_map(|(_, f)| paper_of(&f.event)).map(|(form, _)| form.code());
    let mut pages: Vec<(String, Vec<u8>)> = Vec::new();
    let mut links = Vec::new();
    for code in first.into_iter().chain(issued) {
        let path = format!("papers/{code}.html");
        // Of a paper made out twice the last is the one in force.
        if pages.iter().any(|(known, _)| *known == path) {
            continue;
        }
        let paper = papers::of(&opened, code, Frame { l: d.v.l.clone(), back: String::new() }, &d.v.world)?;
        let bytes = to_bytes(paper.into_body(), PAPER).await.map_err(|e| Denied::Store(Error::internal(e)))?;
        pages.push((path.clone(), apart(&String::from_utf8_lossy(&bytes), "../").into_bytes()));
        links.push(Link::new(path, l.code("form", code)));
    }
    let items = evidence::of_case(&d.v.app, &opened.loaded).await?;
    let named: Vec<(String, Item)> = items.into_iter().enumerate().map(|(n, item)| (file_name(n, &item.name), item)).collect();
    let mut page = case::view(&d, &opened, &IDENTIFYING).await?;
    page.entries.iter_mut().for_each(|e| e.links.clear());
    let row = |(path, item): &(String, Item)| FileRow {
        href: path.clone(),
        name: item.name.clone(),
        about: format!("{} · {}", item.evidence.media_type, l.bytes(item.evidence.size.unsigned_abs())),
        added: l.datetime(item.added_at),
        sha256: item.evidence.plain_sha256.clone(),
    };
    let made = l.t2("casefile-made", "at", l.datetime(d.v.app.clock().now()), "by", d.who.person.name.clone());
    let index = CaseFile { files: named.iter().map(row).collect(), papers: links, made, page };
    let index = index.render().map_err(|e| Denied::Store(Error::internal(e)))?;
    pages.insert(0, ("index.html".into(), apart(&index, "").into_bytes()));
    pages.push(("app.css".into(), assets::bytes("app.css")));

    // Every file is noted as read before a byte of it goes out.
    let loaded = act::load(&d.v.app, &d.scope, &token).await?;
    let mut files = Vec::new();
    for (path, item) in named.into_iter().filter(|(_, item)| !item.name.is_empty()) {
        let (_, download) = evidence::read(&d.v.app, &d.scope, &loaded, item.evidence.id).await?;
        files.push((path, download));
    }
    let name = format!("{}.zip", registration.number);
    let response = Response::builder()
        .header(CONTENT_TYPE, "application/zip")
        .header(CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(packed(pages, files));
    response.map_err(|e| WebError(Denied::Store(Error::internal(e))))
}

/// A page that stands by itself: its style beside it, no script.
fn apart(html: &str, up: &str) -> String {
    let css = html.replace(&assets::url("app.css"), &format!("{up}app.css"));
    let mut out = String::with_capacity(css.len());
    for line in css.lines().filter(|line| !line.starts_with("<script ") && !line.starts_with("<link rel=\"icon\"")) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A name any file system takes, in the order of the evidence.
fn file_name(n: usize, name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).take(80).collect();
    format!("evidence/{:02}-{}", n + 1, clean.trim_matches(['.', ' ']))
}

/// What is written is handed on piece by piece.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(buf))).map_err(gone)?;
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn packed(pages: Vec<(String, Vec<u8>)>, files: Vec<(String, Download)>) -> Body {
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        if let Err(e) = pack(Pieces(sender.clone()), pages, files, &runtime) {
            tracing::warn!(cause = %e, "a case file could not be sent whole");
            // The reader sees a broken download and no whole one.
            let _ = sender.blocking_send(Err(e));
        }
    });
    let stream = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
    Body::from_stream(stream)
}

fn pack(out: Pieces, pages: Vec<(String, Vec<u8>)>, files: Vec<(String, Download)>, runtime: &tokio::runtime::Handle) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(io::BufWriter::with_capacity(64 * 1024, out));
    let text = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in pages {
        zip.start_file(path, text).map_err(io::Error::other)?;
        zip.write_all(&bytes)?;
    }
    // Pictures and documents are packed as they are.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, mut download) in files {
        zip.start_file(path, stored).map_err(io::Error::other)?;
        while let Some(piece) = runtime.block_on(download.next()).map_err(io::Error::other)? {
            zip.write_all(&piece)?;
        }
    }
    zip.finish().map_err(io::Error::other)?.into_inner().flush()
}
