//! A lost receipt number. Whoever asks learns nothing from the answer; if name and telephone are those of a submission, the intake gets a
//! request to call that telephone — the one given at filing — and tells the number there, or at the counter.

use super::submit::{Incoming, Part, submit};
use super::{Answer, limit};
use crate::app::App;
use rules::codes::Phone;
use rules::ids::Locality;
use rules::law::Kind;
use std::collections::BTreeSet;
use store::personal::find_blind;
use store::scope::{Reason, Scope};

/// Requests from one network address, and for one telephone, in an hour.
const PER_ADDRESS: i64 = 20;
const PER_PHONE: i64 = 3;

/// A request by name and telephone, both as the person typed them and already checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Locality.
    pub locality: Locality,
    /// 姓名
    pub name: String,
    /// 电话, canonical.
    pub phone: String,
    /// What the intake reads.
    pub words: String,
    /// Network address, for the throttle.
    pub address: String,
}

/// Counts the request.
///
/// # Errors
/// [`super::Denied::Throttled`].
pub async fn admit(app: &App, r: &Request) -> Answer<()> {
    limit::pass(app, "lost-address", &r.address, PER_ADDRESS, 60).await?;
    limit::pass(app, "lost-phone", &r.phone, PER_PHONE, 60).await
}

/// Looks, and asks the intake to call where there is something. Whether there was is for nobody who asks: run it after the answer has gone.
///
/// # Errors
/// Those of the store.
pub async fn look(app: &App, r: &Request) -> Answer<bool> {
    let scope = Scope::system(r.locality, Reason::Track);
    let Ok(phone) = Phone::parse(&r.phone) else { return Ok(false) };
    let mut db = app.db().read().await?;
    let mut by_phone = BTreeSet::new();
    by_phone.extend(find_blind(&mut db, &scope, "phone", app.keyring().blind("phone", phone.main()), 1000).await?);
    let folded = rules::text::fold(&r.name);
    let by_name = find_blind(&mut db, &scope, "name", app.keyring().blind("name", &folded), 1000).await?;
    drop(db);
    if !by_name.iter().any(|case| by_phone.contains(case)) {
        return Ok(false);
    }
    let now = app.clock().now();
    // Asked twice on one day it is one request; the number says nothing about the person.
    let day = app.keyring().blind("lost-day", &format!("{}/{folded}/{}", now.date(), phone.main()));
    let external_id: String = day.iter().map(|b| format!("{b:02x}")).collect();
    let incoming = Incoming {
        channel: "lost".into(),
        external_id,
        parts: vec![Part { kind: Some(Kind::Consultation), narrative: r.words.clone(), ..Part::default() }],
        name: r.name.clone(),
        phone: r.phone.clone(),
        ..Incoming::default()
    };
    submit(app, &scope, &incoming, None).await?;
    Ok(true)
}
