//! Pages for everybody: filing, receipt, tracking. True inside this folder: what was typed comes back with every mistake; what is not
//! the asker's does not exist; nothing here decides.

pub(in crate::web) mod business;
mod care;
mod expect;
mod file;
mod home;
mod inbox;
mod lost;
mod map;
mod receipt;
mod setup;
mod track;
mod uploads;

use super::router::{For, Routes};

/// The routes of this folder.
pub fn routes(r: &mut Routes) {
    r.get("/", For::Public, home::home);
    r.get("/prefs", For::Public, home::prefs);
    r.get("/privacy", For::Public, home::privacy);
    r.get("/expect", For::Public, expect::expect);
    r.get("/map.svg", For::Public, map::picture);
    r.post("/business", For::Public, business::find);
    r.get("/file", For::Public, file::begin);
    r.upload("/file", For::Public, file::what);
    r.get("/file/contact", For::Public, file::again);
    r.upload("/file/contact", For::Public, file::who);
    r.get("/receipt", For::Public, receipt::receipt);
    r.get("/track", For::Public, track::sign_in_page);
    r.post("/track", For::Public, track::sign_in);
    r.post("/track/leave", For::Public, track::leave);
    r.get("/track/case", For::Submitter, track::page);
    r.get("/track/evidence", For::Submitter, track::back);
    r.upload("/track/evidence", For::Submitter, track::add_evidence);
    r.get("/track/evidence/{file}", For::Submitter, track::evidence);
    r.get("/track/withdraw/{token}", For::Submitter, track::withdraw_page);
    r.post("/track/withdraw/{token}", For::Submitter, track::withdraw);
    r.post("/track/consent/{token}", For::Submitter, track::consent);
    r.get("/track/reply/{token}", For::Submitter, track::back);
    r.post("/track/reply/{token}", For::Submitter, care::reply);
    r.get("/track/mode/{token}", For::Submitter, track::back);
    r.post("/track/mode/{token}", For::Submitter, care::mode);
    r.get("/track/rate/{token}", For::Submitter, track::back);
    r.post("/track/rate/{token}", For::Submitter, care::rate);
    r.get("/track/again/{token}", For::Submitter, track::back);
    r.post("/track/again/{token}", For::Submitter, care::again);
    r.get("/track/paper/{token}/{form}", For::Submitter, track::paper);
    r.get("/lost", For::Public, lost::lost_page);
    r.post("/lost", For::Public, lost::lost);
    r.get("/setup/{token}", For::Public, setup::setup_page);
    r.post("/setup/{token}", For::Public, setup::setup);
}
