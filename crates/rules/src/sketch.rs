//! A sketch of a locality's areas by their coordinates, to point at where something happened. A rectangle of fixed size, so that a point of it
//! is a place whether or not a script runs; not to scale.

use crate::pack::Area;

/// Width in pixels.
pub const WIDTH: i32 = 320;
/// Height in pixels.
pub const HEIGHT: i32 = 240;
/// Pixels around the outermost areas.
const MARGIN: i32 = 36;

/// What a sketch shows, in millionths of a degree: what lies at its corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Longitude at the left edge.
    pub west: i32,
    /// Latitude at the lower edge.
    pub south: i32,
    /// Longitude at the right edge.
    pub east: i32,
    /// Latitude at the upper edge.
    pub north: i32,
}

impl Sketch {
    /// The sketch of areas; `None` where fewer than two have coordinates, or all stand on one line.
    #[must_use]
    pub fn of(areas: &[Area]) -> Option<Self> {
        let points = || areas.iter().filter_map(|a| a.point);
        let (west, east) = (points().map(|p| p.0).min()?, points().map(|p| p.0).max()?);
        let (south, north) = (points().map(|p| p.1).min()?, points().map(|p| p.1).max()?);
        let pad = |span: i32, size: i32| span / (size - 2 * MARGIN) * MARGIN;
        let (x, y) = (pad(east - west, WIDTH), pad(north - south, HEIGHT));
        (x > 0 && y > 0).then_some(Self { west: west - x, south: south - y, east: east + x, north: north + y })
    }

    /// Where a place stands on it, in pixels from the upper left.
    #[must_use]
    pub fn at(&self, (lon, lat): (i32, i32)) -> (i32, i32) {
        let part = |value: i32, span: i32, size: i32| i64::from(value) * i64::from(size) / i64::from(span.max(1));
        let (x, y) = (part(lon - self.west, self.east - self.west, WIDTH), part(self.north - lat, self.north - self.south, HEIGHT));
        (i32::try_from(x).unwrap_or(0), i32::try_from(y).unwrap_or(0))
    }

    /// The place at a point of it, longitude and latitude; what lies beside it is at its edge.
    #[must_use]
    pub fn place(&self, x: i32, y: i32) -> (i32, i32) {
        let part = |at: i32, size: i32, span: i32| i64::from(at.clamp(0, size)) * i64::from(span) / i64::from(size);
        let (lon, lat) = (part(x, WIDTH, self.east - self.west), part(y, HEIGHT, self.north - self.south));
        (self.west + i32::try_from(lon).unwrap_or(0), self.north - i32::try_from(lat).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area(point: Option<(i32, i32)>) -> Area {
        Area { code: "990101001".into(), name: "某街道".into(), point }
    }

    #[test]
    fn areas_stand_inside_and_north_is_above() {
        let (a, b) = ((120_100_000, 29_100_000), (120_300_000, 29_250_000));
        let sketch = Sketch::of(&[area(Some(a)), area(None), area(Some(b))]).unwrap();
        let ((ax, ay), (bx, by)) = (sketch.at(a), sketch.at(b));
        assert!(ax < bx && by < ay);
        for (x, y) in [(ax, ay), (bx, by)] {
            assert!((MARGIN - 2..=WIDTH - MARGIN + 2).contains(&x) && (MARGIN - 2..=HEIGHT - MARGIN + 2).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn without_two_places_there_is_none() {
        let here = Some((120_100_000, 29_100_000));
        assert_eq!(Sketch::of(&[]), None);
        assert_eq!(Sketch::of(&[area(here), area(None)]), None);
        assert_eq!(Sketch::of(&[area(here), area(Some((120_100_000, 29_300_000)))]), None);
    }

    proptest! {
        #[test]
        fn a_point_is_the_place_that_stands_there(x in 0..=WIDTH, y in 0..=HEIGHT) {
            let sketch = Sketch::of(&[area(Some((120_100_000, 29_100_000))), area(Some((120_300_000, 29_250_000)))]).unwrap();
            let (ax, ay) = sketch.at(sketch.place(x, y));
            prop_assert!((ax - x).abs() <= 1 && (ay - y).abs() <= 1);
        }

        #[test]
        fn what_lies_beside_it_is_at_its_edge(x in any::<i32>(), y in any::<i32>()) {
            let sketch = Sketch { west: 1, south: 2, east: 1_000_001, north: 900_002 };
            let (lon, lat) = sketch.place(x, y);
            prop_assert!((sketch.west..=sketch.east).contains(&lon) && (sketch.south..=sketch.north).contains(&lat));
        }
    }
}
