//! The routes of what leaders start, follow and close.

use super::{mechanisms, of, reviews, undertaking};
use crate::web::http::{Stewards, Supervisors};
use crate::web::router::Routes;

pub(super) fn routes(r: &mut Routes) {
    r.get("/desk/reviews", of::<Stewards>(), reviews::list);
    r.get("/desk/reviews/export", of::<Stewards>(), reviews::file);
    r.get("/desk/checks", of::<Stewards>(), undertaking::checks);
    r.get("/desk/meetings", of::<Stewards>(), undertaking::meetings);
    r.get("/desk/topics", of::<Stewards>(), undertaking::topics);
    r.get("/desk/actions", of::<Stewards>(), undertaking::actions);
    r.get("/desk/mechanisms", of::<Supervisors>(), mechanisms::show);
    r.get("/desk/led/recent", of::<Stewards>(), undertaking::recent);
    r.get("/desk/led/new/{kind}", of::<Supervisors>(), undertaking::new);
    r.post("/desk/led/new/{kind}", of::<Supervisors>(), undertaking::open);
    r.get("/desk/led/{id}", of::<Stewards>(), undertaking::show);
    r.get("/desk/led/{id}/window/{which}", of::<Stewards>(), undertaking::window);
    r.get("/desk/led/{id}/{step}", of::<Stewards>(), undertaking::step_page);
    r.post("/desk/led/{id}/{step}", of::<Stewards>(), undertaking::take_step);
}
