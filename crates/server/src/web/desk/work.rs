//! The routes of officer and head beyond single cases.

use super::{casefile, followup, lists, of, phrases, redact, team, today};
use crate::web::http::{Cases, Handlers, Leads, Workers};
use crate::web::router::Routes;

pub(super) fn routes(r: &mut Routes) {
    r.get("/desk/today", of::<Handlers>(), today::today);
    r.get("/desk/mine/export", of::<Handlers>(), today::export_mine);
    r.get("/desk/follow-up/export", of::<Cases>(), followup::export);
    r.get("/desk/today/export", of::<Handlers>(), today::export_marked);
    r.get("/desk/approvals/export", of::<Leads>(), lists::approvals_file);
    r.get("/desk/team/export", of::<Leads>(), team::team_file);
    r.get("/desk/reopen/export", of::<Cases>(), followup::reopen_file);
    r.get("/desk/team", of::<Leads>(), team::team);
    r.post("/desk/team/assign", of::<Leads>(), team::assign);
    r.get("/desk/handover", of::<Leads>(), team::handovers);
    r.post("/desk/handover", of::<Leads>(), team::hand_over);
    r.post("/desk/handover/resume", of::<Leads>(), team::resume);
    r.get("/desk/absence", of::<Leads>(), team::absences);
    r.post("/desk/absence", of::<Leads>(), team::set_absence);
    r.get("/desk/follow-up", of::<Cases>(), followup::list);
    r.post("/desk/follow-up/call", of::<Workers>(), followup::call);
    r.get("/desk/reopen", of::<Cases>(), followup::reopen);
    r.get("/desk/case/{token}/download", of::<Workers>(), casefile::download);
    r.get("/desk/case/{token}/redact/{file}", of::<Workers>(), redact::form);
    r.post("/desk/case/{token}/redact/{file}", of::<Workers>(), redact::redact);
    r.get("/desk/case/{token}/sign", of::<Workers>(), redact::sign);
    r.get("/desk/phrases", of::<Workers>(), phrases::list);
    r.post("/desk/phrases", of::<Workers>(), phrases::save);
}
