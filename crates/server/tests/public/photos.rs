use super::support::{Browser, Town};
use super::{COMPLAINT, file, pair};
use image::{ImageFormat, Rgb, RgbImage};
use rules::access::Role;
use rules::pack::UnitKind;
use std::io::Cursor;

/// A photograph as a phone writes it, with a place in its metadata.
fn photograph() -> Vec<u8> {
    let mut plain = Vec::new();
    RgbImage::from_pixel(64, 48, Rgb([20, 120, 20])).write_to(&mut Cursor::new(&mut plain), ImageFormat::Jpeg).unwrap();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0GPS 29.1234N 120.1234E";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat()
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

async fn looked_at(b: &mut Browser, path: &str, sent: &[u8]) {
    let got = b.get(path).await;
    assert_eq!((got.status.as_u16(), &got.headers["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("inline"));
    assert!(!holds(&got.bytes, b"GPS") && !holds(&got.bytes, b"Exif"));
    assert_eq!(image::load_from_memory(&got.bytes).unwrap().width(), 64);
    let got = b.get(&format!("{path}?original=1")).await;
    assert_eq!(got.bytes, sent);
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(got.headers["content-type"], "application/octet-stream");
}

#[tokio::test]
async fn a_photograph_is_looked_at_without_its_metadata_and_its_original_kept() {
    let mut town = Town::open().await;
    let (centre, office) = (town.unit(UnitKind::Centre), town.unit(UnitKind::Office));
    town.person("clerk", Role::Clerk, centre).await;
    let cookie = town.person("officer", Role::Officer, office).await;
    let mut b = town.browser();
    file(&mut b, &COMPLAINT).await;
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), vec![0; 500]].concat();
    let sent = photograph();
    assert_eq!(b.upload("/track/evidence", &[], &[("门店.jpg", sent.clone()), ("票据.heic", heic.clone())]).await.to(), "/track/case");
    let (submission, cases) = town.submission(&pair(&b).0).await;
    let ids: Vec<_> = submission.files.iter().map(|f| f.0.id).collect();
    b.get("/track/case").await.shows(200, &["门店.jpg", "原件", "票据.heic", &format!("/track/evidence/{}?original=1", ids[0])]);
    looked_at(&mut b, &format!("/track/evidence/{}", ids[0]), &sent).await;
    // What no browser shows is saved as it came.
    let got = b.get(&format!("/track/evidence/{}", ids[1])).await;
    assert_eq!(got.bytes, heic);
    assert!(got.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));

    let token = &cases[0].case.registration.token;
    town.to_office(token).await;
    let mut desk = town.browser();
    desk.cookies.insert("fx-session".into(), cookie);
    looked_at(&mut desk, &format!("/desk/case/{token}/evidence/{}", ids[0]), &sent).await;
}

/// Pressed on two devices at once: each finds its place, or is told that somebody was first; never an error of ours.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_sent_at_the_same_moment_is_all_kept() {
    let town = Town::open().await;
    let mut b = town.browser();
    file(&mut b, &COMPLAINT).await;
    assert_eq!(b.upload("/track/evidence", &[], &[("一.jpg", photograph())]).await.to(), "/track/case");
    let at_once = (0..4).map(|n| {
        let mut other = town.browser();
        other.cookies = b.cookies.clone();
        async move {
            let name = format!("{n}.jpg");
            other.upload("/track/evidence", &[], &[(name.as_str(), photograph())]).await.status.as_u16()
        }
    });
    assert_eq!(futures_util::future::join_all(at_once).await, [303; 4]);
    let names = b.get("/track/case").await;
    names.shows(200, &["一.jpg", "0.jpg", "1.jpg", "2.jpg", "3.jpg"]);
}
