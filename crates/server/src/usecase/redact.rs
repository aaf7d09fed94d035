//! Copies of pictures with parts blacked out, for the other side. The copy is made anew from what is seen — nothing under the boxes, no
//! metadata, no thumbnail is left in it — and is evidence of its own; the original stays as it was.

use super::fields::{Faults, Fields};
use super::{Answer, Denied, act, evidence, picture};
use crate::app::App;
use image::{DynamicImage, ImageFormat, Rgba};
use rules::ids::FileId;
use std::io::Cursor;
use store::engine::Error;
use store::scope::Scope;

/// Most boxes on one picture.
const BOXES: usize = 100;
/// Bytes handed on at a time.
const PIECE: usize = 64 * 1024;

/// A box over a picture, in hundredths of a percent of its width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    x: u32,
    y: u32,
    w: u32,
    h: u32,
}

/// Boxes as they were drawn or typed, one a line: left, top, width and height in percent.
///
/// # Errors
/// The code of what is wrong.
pub fn areas(text: &str) -> Result<Vec<Area>, &'static str> {
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let numbers: Vec<f64> = line.split([',', '，', ' ', '\t']).filter(|s| !s.is_empty()).filter_map(|s| s.parse().ok()).collect();
        let [x, y, w, h] = numbers[..] else { return Err("boxes_shape") };
        if ![x, y, w, h].iter().all(|n| (0.0..=100.0).contains(n)) || w * h == 0.0 {
            return Err("boxes_shape");
        }
        let fine = |n: f64| (n * 100.0).round() as u32;
        out.push(Area { x: fine(x), y: fine(y), w: fine(w), h: fine(h) });
    }
    match out.len() {
        0 => Err("required"),
        n if n > BOXES => Err("too_long"),
        _ => Ok(out),
    }
}

fn fault(code: &str) -> Denied {
    let mut faults = Faults::default();
    faults.add("boxes", code);
    Denied::Invalid(faults)
}

/// Makes a copy of a picture with these boxes blacked out and adds it to the case; its id.
///
/// # Errors
/// [`Denied::Invalid`] for boxes that are none or a picture that cannot be opened; those of adding evidence.
pub async fn redact(app: &App, scope: &Scope, token: &str, file: FileId, boxes: &str) -> Answer<FileId> {
    let areas = areas(boxes).map_err(fault)?;
    let loaded = act::load(app, scope, token).await?;
    let (item, download) = evidence::read(app, scope, &loaded, file).await?;
    // As it is looked at: what was drawn over was the picture turned upright.
    let shown = picture::shown(&item.evidence.media_type, download).await?.ok_or_else(|| fault("boxes_picture"))?;
    let ending = if shown.media_type == "image/jpeg" { "jpg" } else { "png" };
    let work = tokio::task::spawn_blocking(move || blacked(&shown.bytes, &areas));
    let copy = work.await.map_err(Error::internal)?.ok_or_else(|| fault("boxes_picture"))?;
    let stem = item.name.rsplit_once('.').map_or(item.name.as_str(), |(stem, _)| stem);
    let mut held = evidence::held(app, &loaded).await?;
    let not_taken = |why: super::upload::NotTaken| fault(why.code());
    let (head, rest) = copy.split_at(copy.len().min(super::upload::HEAD));
    let mut receiving = held.begin(app, &format!("{stem}（遮盖）.{ending}"), head).await?.map_err(not_taken)?;
    for piece in rest.chunks(PIECE) {
        receiving.write(piece).await?.map_err(not_taken)?;
    }
    held.finish(receiving).await?;
    let id = held.files.first().map(|f| f.id).ok_or(Denied::NotFound)?;
    act::add_evidence(app, scope, token, &Fields::default(), held).await?;
    Ok(id)
}

/// The picture with the boxes filled; `None` for what cannot be opened.
fn blacked(bytes: &[u8], areas: &[Area]) -> Option<Vec<u8>> {
    let format = image::guess_format(bytes).ok()?;
    let mut picture = image::load_from_memory_with_format(bytes, format).ok()?.into_rgba8();
    let (width, height) = picture.dimensions();
    let part = |n: u32, of: u32| u64::from(n) * u64::from(of) / 10_000;
    for a in areas {
        // A pixel more on each side: nothing shines through at the edge of a rounded box.
        let (left, top) = (part(a.x, width).saturating_sub(1), part(a.y, height).saturating_sub(1));
        let (right, bottom) = (part(a.x + a.w, width) + 1, part(a.y + a.h, height) + 1);
        for y in top..bottom.min(height.into()) {
            for x in left..right.min(width.into()) {
                // Within width and height, which are u32.
                picture.put_pixel(x as u32, y as u32, Rgba([0, 0, 0, 255]));
            }
        }
    }
    let mut out = Cursor::new(Vec::new());
    let written = if format == ImageFormat::Jpeg {
        DynamicImage::ImageRgba8(picture).to_rgb8().write_to(&mut out, ImageFormat::Jpeg)
    } else {
        picture.write_to(&mut out, ImageFormat::Png)
    };
    written.ok().map(|()| out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    #[test]
    fn boxes_are_read_as_they_are_typed() {
        assert_eq!(areas("10, 20, 30, 5.5\n\n0 0 100 100").unwrap().len(), 2);
        assert_eq!(areas("10，20，30，40").unwrap(), [Area { x: 1000, y: 2000, w: 3000, h: 4000 }]);
        for (bad, code) in [
            ("", "required"),
            ("1,2,3", "boxes_shape"),
            ("1,2,0,4", "boxes_shape"),
            ("a,b,c,d", "boxes_shape"),
            ("-1,0,5,5", "boxes_shape"),
        ] {
            assert_eq!(areas(bad), Err(code), "{bad}");
        }
    }

    #[test]
    fn what_is_under_a_box_is_gone() {
        let white = DynamicImage::ImageRgb8(RgbImage::from_pixel(200, 100, image::Rgb([255, 255, 255])));
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let mut bytes = Cursor::new(Vec::new());
            white.write_to(&mut bytes, format).unwrap();
            let copy = blacked(&bytes.into_inner(), &areas("25,25,50,50").unwrap()).unwrap();
            let copy = image::load_from_memory(&copy).unwrap().to_rgb8();
            assert_eq!(copy.dimensions(), (200, 100));
            assert!(copy.get_pixel(100, 50).0.iter().all(|c| *c < 8), "{format:?}: black inside");
            assert!(copy.get_pixel(51, 26).0.iter().all(|c| *c < 40), "{format:?}: black to the edge");
            assert!(copy.get_pixel(10, 10).0.iter().all(|c| *c > 240), "{format:?}: the rest as it was");
        }
        assert!(blacked(b"\x89PNG\r\n\x1a\nxxxx", &areas("0,0,1,1").unwrap()).is_none());
    }
}
