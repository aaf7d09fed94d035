//! A sketch of the locality to point at: drawn here from the pack's areas, so that no other host is asked for a map.

use crate::usecase::fields::Fields;
use crate::web::http::Visitor;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use rules::sketch::{HEIGHT, Sketch, WIDTH};
use std::fmt::Write as _;

/// The sketch as a picture; none where the pack has no coordinates.
pub(super) async fn picture(v: Visitor) -> Response {
    let areas = &v.world.pack.areas;
    let Some(sketch) = Sketch::of(areas) else { return StatusCode::NOT_FOUND.into_response() };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#eef2f5\"/>"
    );
    for (area, point) in areas.iter().filter_map(|a| Some((a, a.point?))) {
        let (x, y) = sketch.at(point);
        let name = area.name.replace('&', "&amp;").replace('<', "&lt;");
        let _ = write!(
            out,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"#0b6a73\"/><text x=\"{x}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\" \
             font-family=\"sans-serif\" fill=\"#17212b\">{name}</text>",
            y - 9
        );
    }
    out.push_str("</svg>");
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "private, max-age=600")], out).into_response()
}

/// The place that was pointed at, where a browser without a script sent the point itself.
pub(super) fn pointed(v: &Visitor, fields: &mut Fields) -> bool {
    let at = |name: &str| fields.get(name).trim().parse::<i32>().ok();
    let (Some(x), Some(y), Some(sketch)) = (at("map.x"), at("map.y"), Sketch::of(&v.world.pack.areas)) else { return false };
    let (lon, lat) = sketch.place(x, y);
    fields.0.insert("point".into(), vec![format!("{:.6},{:.6}", f64::from(lon) / 1e6, f64::from(lat) / 1e6)]);
    true
}
