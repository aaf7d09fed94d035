//! What to expect: the whole way in plain words, with the limits of the law and what the locality promises beside them.

use super::home::{dispatch, intake};
use crate::web::http::{Visitor, Web, page};
use crate::web::views::public::Expect;

pub(super) async fn expect(v: Visitor) -> Web {
    let (organ, phone) = intake(&v.world).map(|(o, u)| (o.name.clone(), u.phone.clone())).unwrap_or_default();
    Ok(page(&Expect { dispatch_within: dispatch(v.l.lang, &v.world), organ, phone, l: v.l }))
}
