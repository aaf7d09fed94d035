//! Pictures as they are looked at: decoded, turned upright, made smaller and written anew, so that neither place nor device nor anything hidden
//! in the file reaches who looks. The original stays sealed as it came, and can be saved.

use super::Answer;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use store::files::Download;
use tokio::sync::Semaphore;

/// Largest picture that is decoded, pixels.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Longest side of what is shown, pixels.
const SIDE: u32 = 2400;
/// Most memory one decoder may take, bytes.
const MAX_ALLOC: u64 = 400 * 1024 * 1024;
/// How closely a photograph is written, of 100.
const QUALITY: u8 = 85;

/// One picture is decoded at a time: a decoded one is large.
static ONE: Semaphore = Semaphore::const_new(1);

/// A picture written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Whether files of this type are shown; others are only ever saved, HEIC among them.
#[must_use]
pub fn is_shown(media_type: &str) -> bool {
    format(media_type).is_some()
}

fn format(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// A picture to be looked at; `None` for what is no picture of a type that is shown, is broken, or has more than [`MAX_PIXELS`].
///
/// # Errors
/// Those of reading the file.
pub async fn shown(media_type: &str, mut file: Download) -> Answer<Option<Shown>> {
    let Some(format) = format(media_type) else { return Ok(None) };
    let _turn = ONE.acquire().await.map_err(store::engine::Error::internal)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = file.next().await? {
        bytes.extend_from_slice(&chunk);
    }
    let made = tokio::task::spawn_blocking(move || anew(format, &bytes)).await;
    Ok(made.map_err(store::engine::Error::internal)?)
}

fn anew(format: ImageFormat, bytes: &[u8]) -> Option<Shown> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let upright = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if width.max(height) > SIDE {
        picture = picture.thumbnail(SIDE, SIDE);
    }
    picture.apply_orientation(upright);
    let mut out = Vec::new();
    if picture.color().has_alpha() {
        DynamicImage::from(picture.into_rgba8()).write_to(&mut Cursor::new(&mut out), ImageFormat::Png).ok()?;
        return Some(Shown { media_type: "image/png", bytes: out });
    }
    picture.into_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).ok()?;
    Some(Shown { media_type: "image/jpeg", bytes: out })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Vec::new();
        picture.write_to(&mut Cursor::new(&mut out), format).unwrap();
        out
    }

    /// A JPEG with an Exif block that says it lies on its side and where it was taken.
    fn photograph() -> Vec<u8> {
        let plain = written(&RgbImage::from_pixel(40, 20, Rgb([200, 10, 10])).into(), ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 29.1234N 120.1234E");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn what_is_shown_is_upright_and_says_nothing_of_where_it_was_taken() {
        let shown = anew(ImageFormat::Jpeg, &photograph()).unwrap();
        assert_eq!(shown.media_type, "image/jpeg");
        for hidden in [&b"GPS"[..], b"Exif"] {
            assert!(!shown.bytes.windows(hidden.len()).any(|w| w == hidden));
        }
        let seen = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((seen.width(), seen.height()), (20, 40));
    }

    #[test]
    fn each_kind_is_written_anew_and_a_large_one_made_smaller() {
        let clear: DynamicImage = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 4])).into();
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            assert_eq!(anew(format, &written(&clear, format)).unwrap().media_type, "image/png");
        }
        let wide: DynamicImage = RgbImage::from_pixel(5000, 10, Rgb([0, 0, 0])).into();
        let shown = anew(ImageFormat::Png, &written(&wide, ImageFormat::Png)).unwrap();
        assert_eq!(image::load_from_memory(&shown.bytes).unwrap().width(), SIDE);
    }

    #[test]
    fn what_is_broken_too_large_or_something_else_is_not_shown() {
        let good = written(&RgbImage::new(8, 8).into(), ImageFormat::Png);
        assert!(anew(ImageFormat::Png, &good[..good.len() / 2]).is_none());
        assert!(anew(ImageFormat::Jpeg, &good).is_none());
        // A bomb: a head that says 60,000 × 60,000.
        let mut bomb = good.clone();
        bomb[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        assert!(anew(ImageFormat::Png, &bomb).is_none());
        assert!(!is_shown("image/heif") && !is_shown("image/gif") && !is_shown("image/svg+xml"));
    }
}
