//! Files that are two things at once, and files that are not what they are called: kept as evidence where they are evidence, and never given
//! out as something a browser would run.

use super::support::{Browser, Page, Town};
use super::{COMPLAINT, file, pair};
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::{Cursor, Write as _};

const SCRIPT: &[u8] = b"<!doctype html><html><script>alert('FX-ACTIVE')</script></html>";
const MARK: &[u8] = b"FX-ACTIVE";

fn jpeg() -> Vec<u8> {
    let mut out = Vec::new();
    RgbImage::from_pixel(40, 30, Rgb([20, 120, 20])).write_to(&mut Cursor::new(&mut out), ImageFormat::Jpeg).unwrap();
    out
}

fn png() -> Vec<u8> {
    let mut out = Vec::new();
    RgbaImage::from_pixel(40, 30, Rgba([20, 120, 20, 90])).write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
    out
}

/// A picture whose comment is a page: a JPEG by its first bytes, and HTML to whoever guesses.
fn page_in_comment() -> Vec<u8> {
    let plain = jpeg();
    let length = u16::try_from(SCRIPT.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xfe], &length, SCRIPT, &plain[2..]].concat()
}

/// A PNG with a page in a text chunk; its checksum is right.
fn page_in_text_chunk() -> Vec<u8> {
    let plain = png();
    let chunk = [b"tEXt".as_slice(), b"Comment\0", SCRIPT].concat();
    let crc = chunk.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
    // Behind the signature and IHDR, which is 25 bytes with its frame.
    [&plain[..33], &length, &chunk, &(!crc).to_be_bytes(), &plain[33..]].concat()
}

/// An archive with a program in it, as it lies behind a picture.
fn archive() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("run.js", zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
    zip.write_all(SCRIPT).unwrap();
    zip.finish().unwrap().into_inner()
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

/// What every answer with a file says, whatever is in it.
#[track_caller]
fn harmless(page: &Page) {
    let header = |name: &str| page.headers[name].to_str().unwrap();
    assert_eq!(page.status.as_u16(), 200);
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox") && header("content-security-policy").contains("default-src 'none'"));
    let saved = header("content-disposition").starts_with("attachment") && header("content-type") == "application/octet-stream";
    let picture = ["image/jpeg", "image/png"].contains(&header("content-type")) && !holds(&page.bytes, MARK);
    assert!(saved || picture, "{:?}", page.headers);
}

/// Sends one file to a case that stands, and gives it back as it is looked at and as it was sent.
async fn sent(town: &Town, b: &mut Browser, name: &str, bytes: &[u8]) -> (Page, Page) {
    assert_eq!(b.upload("/track/evidence", &[], &[(name, bytes.to_vec())]).await.to(), "/track/case", "{name}");
    let (submission, _) = town.submission(&pair(b).0).await;
    let at = format!("/track/evidence/{}", submission.files.last().unwrap().0.id);
    (b.get(&at).await, b.get(&format!("{at}?original=1")).await)
}

#[tokio::test]
async fn a_picture_that_is_a_page_too_is_only_ever_a_picture() {
    let town = Town::open().await;
    let mut b = town.browser();
    file(&mut b, &COMPLAINT).await;
    let both = [
        ("一.jpg", page_in_comment(), "image/jpeg"),
        ("二.jpg", [jpeg(), SCRIPT.to_vec()].concat(), "image/jpeg"),
        ("三.jpg", [jpeg(), archive()].concat(), "image/jpeg"),
        ("四.png", page_in_text_chunk(), "image/png"),
        ("五.png", [png(), b"%PDF-1.7\n1 0 obj".to_vec(), SCRIPT.to_vec()].concat(), "image/png"),
    ];
    for (name, bytes, kind) in both {
        assert!(holds(&bytes, MARK));
        let (shown, original) = sent(&town, &mut b, name, &bytes).await;
        harmless(&shown);
        harmless(&original);
        assert_eq!(shown.headers["content-type"], kind, "{name}: looked at as a picture");
        assert!(!holds(&shown.bytes, MARK), "{name}: written anew, without what was hidden in it");
        assert_eq!(image::load_from_memory(&shown.bytes).unwrap().width(), 40, "{name}");
        assert_eq!(original.bytes, bytes, "{name}: the evidence is as it came");
    }
}

#[tokio::test]
async fn what_is_called_something_else_is_named_by_what_it_is_or_not_taken() {
    let town = Town::open().await;
    let mut b = town.browser();
    file(&mut b, &COMPLAINT).await;
    let named = [
        ("发票.pdf", jpeg(), "image/jpeg", "发票.pdf.jpg"),
        ("照片.jpg", png(), "image/png", "照片.jpg.png"),
        ("照片.png", [b"%PDF-1.7\n1 0 obj\n".to_vec(), SCRIPT.to_vec()].concat(), "application/octet-stream", "照片.png.pdf"),
        ("run.html", jpeg(), "image/jpeg", "run.html.jpg"),
        ("看.svg", [b"GIF89a/*".to_vec(), SCRIPT.to_vec()].concat(), "application/octet-stream", "看.svg.gif"),
        ("录音.exe", [b"ID3\x03\0\0\0\0\0\0".to_vec(), SCRIPT.to_vec()].concat(), "application/octet-stream", "录音.exe.mp3"),
    ];
    for (name, bytes, kind, kept) in named {
        let (shown, original) = sent(&town, &mut b, name, &bytes).await;
        harmless(&shown);
        harmless(&original);
        assert_eq!(shown.headers["content-type"], kind, "{name}");
        b.get("/track/case").await.shows(200, &[kept]);
        assert_eq!(original.bytes, bytes, "{name}");
    }
    let before = town.submission(&pair(&b).0).await.0.files.len();
    let refused: [(&str, Vec<u8>); 7] = [
        ("a.jpg", archive()),
        ("a.pdf", SCRIPT.to_vec()),
        ("a.jpg", [b"MZ\x90\0\x03\0\0\0".to_vec(), jpeg()].concat()),
        ("a.png", [b"#!/bin/sh\n".to_vec(), png()].concat()),
        ("a.docx", archive()),
        ("a.gif", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>".to_vec()),
        ("a.pdf", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), SCRIPT.to_vec()].concat()),
    ];
    for (name, bytes) in refused {
        let page = b.upload("/track/evidence", &[], &[(name, bytes)]).await;
        page.shows(422, &["不能收这种文件"]);
    }
    assert_eq!(town.submission(&pair(&b).0).await.0.files.len(), before, "nothing of it was kept");
}
