//! What a submission may say beyond the nine things everyone is asked (Order 121 Art. 10–12; PIPL Art. 31): for whom it is made, what was
//! bought and where. Plain here; sealed under the case's key when it is registered.

use super::Answer;
use super::fields::Reader;
use super::read::Opened;
use super::submit::phone;
use super::upload::Kept;
use jiff::civil::Date;
use rules::case::details::{Agent, Details, Place, Powers};
use rules::case::event::{Event, Sealed, Submitter};
use rules::ids::{FileId, Id};
use rules::law::Kind;
use rules::privacy::Personal;
use store::engine;
use store::personal::Envelope;

/// Fields of the first screen: what was bought and where.
pub const WHAT: [&str; 7] = ["platform", "shop", "order_number", "bought_on", "place_address", "division", "point"];
/// Fields of the second screen: for whom.
pub const WHO: [&str; 13] = [
    "email",
    "agent_name",
    "agent_phone",
    "agent_powers",
    "agent_until",
    "agent_power",
    "joint",
    "rep1_name",
    "rep1_phone",
    "rep2_name",
    "rep2_phone",
    "guardian_name",
    "guardian_phone",
];
/// Those of them that identify a person, as they are sealed.
pub const PERSONAL: [(&str, Personal); 10] = [
    ("email", Personal::Email),
    ("agent_name", Personal::Name),
    ("agent_phone", Personal::Phone),
    ("rep1_name", Personal::Name),
    ("rep1_phone", Personal::Phone),
    ("rep2_name", Personal::Name),
    ("rep2_phone", Personal::Phone),
    ("guardian_name", Personal::Name),
    ("guardian_phone", Personal::Phone),
    ("place_address", Personal::Address),
];

/// A person besides the submitter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Other {
    /// Name.
    pub name: String,
    /// Telephone, canonical.
    pub phone: String,
}

/// An agent and the power of attorney.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attorney {
    /// Who acts.
    pub who: Other,
    /// How far.
    pub powers: Powers,
    /// Last day of the power.
    pub until: Option<Date>,
    /// The power among the files sent.
    pub power: Option<FileId>,
}

/// All of it, plain; each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// Agent (Art. 11).
    pub agent: Option<Attorney>,
    /// Parent or guardian.
    pub guardian: Option<Other>,
    /// Representatives (Art. 12), two at most.
    pub representatives: Vec<Other>,
    /// How many complain together.
    pub joint: u32,
    /// Order number.
    pub order: String,
    /// Platform.
    pub platform: String,
    /// Shop on it.
    pub shop: String,
    /// Day of the purchase.
    pub bought_on: Option<Date>,
    /// Where, in words.
    pub place: String,
    /// Division code from the list.
    pub division: Option<String>,
    /// Longitude and latitude, millionths of a degree.
    pub point: Option<(i32, i32)>,
    /// E-mail address for notices.
    pub email: String,
    /// Language of the notices, a tag; empty for the first language.
    pub lang: String,
}

impl More {
    /// Whether nothing of it was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Everything that was sent, as text that differs where anything differs; a file by what is in it, so that the same one sent again is
    /// the same.
    pub(super) fn written(&self, files: &[Kept]) -> String {
        let Self { agent, guardian, representatives, joint, order, platform, shop, bought_on, place, division, point, email, lang: _ } =
            self;
        let other = |o: &Other| (o.name.clone(), o.phone.clone());
        let power = |id: FileId| files.iter().find(|f| f.id == id).map(|f| f.plain_sha256.clone());
        let agent = agent.as_ref().map(|a| (other(&a.who), a.powers, a.until, a.power.and_then(power)));
        let guardian = guardian.as_ref().map(other);
        let others: Vec<_> = representatives.iter().map(other).collect();
        let bought = (order, platform, shop, bought_on);
        let sent = serde_json::to_string(&(agent, guardian, others, joint, bought, (place, division, point)));
        let sent = sent.expect("plain data can be written down");
        // Asked for later than the rest: what was sent without it stays what it was known by. The language is no word of theirs.
        if email.is_empty() { sent } else { format!("{sent}\n{email}") }
    }

    /// Sealed for a case. Who acts and who complains together belongs to a complaint (Art. 11, 12); an anonymous report names nobody.
    pub(super) fn seal(&self, kind: Kind, named: bool, files: &[FileId], envelope: &mut Envelope) -> Details {
        let mut rng = envelope.source();
        let complaint = kind == Kind::Complaint;
        let mut person = |o: &Other, role: &str| Submitter {
            name: envelope.seal_opt(&format!("{role}_name"), &o.name, &mut rng),
            phone: envelope.seal_opt(&format!("{role}_phone"), &o.phone, &mut rng),
            ..Submitter::default()
        };
        let agent = self.agent.as_ref().filter(|_| complaint).map(|a| Agent {
            who: person(&a.who, "agent"),
            powers: a.powers,
            until: a.until,
            power: a.power.filter(|p| files.contains(p)),
        });
        let guardian = self.guardian.as_ref().filter(|_| named).map(|g| person(g, "guardian"));
        let both = ["rep1", "rep2"].into_iter().zip(self.representatives.iter().filter(|_| complaint));
        let representatives = both.map(|(role, o)| person(o, role)).collect();
        let place = Place {
            address: envelope.seal_opt("place_address", &self.place, &mut rng),
            division: self.division.clone(),
            point: self.point,
        };
        Details {
            agent,
            guardian,
            representatives,
            joint: if complaint { self.joint } else { 0 },
            order: envelope.seal_opt("order_number", &self.order, &mut rng),
            platform: self.platform.clone(),
            shop: self.shop.clone(),
            bought_on: self.bought_on,
            place: (place != Place::default()).then_some(place),
            email: envelope.seal_opt("email", if named { &self.email } else { "" }, &mut rng),
            lang: if named && !self.email.is_empty() { self.lang.clone() } else { String::new() },
            entered_late: None,
        }
    }

    /// Opened again, to be sealed for another case.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) async fn open(details: &Details, db: &mut engine::Reader, envelope: &Envelope) -> Answer<Self> {
        let mut text = async |v: &Option<Sealed>| match v {
            None => engine::Result::Ok(String::new()),
            Some(v) => envelope.open(db, v).await,
        };
        let mut more = Self {
            joint: details.joint,
            order: text(&details.order).await?,
            platform: details.platform.clone(),
            shop: details.shop.clone(),
            bought_on: details.bought_on,
            email: text(&details.email).await?,
            lang: details.lang.clone(),
            ..Self::default()
        };
        if let Some(a) = &details.agent {
            let who = Other { name: text(&a.who.name).await?, phone: text(&a.who.phone).await? };
            more.agent = Some(Attorney { who, powers: a.powers, until: a.until, power: a.power });
        }
        if let Some(g) = &details.guardian {
            more.guardian = Some(Other { name: text(&g.name).await?, phone: text(&g.phone).await? });
        }
        for r in &details.representatives {
            more.representatives.push(Other { name: text(&r.name).await?, phone: text(&r.phone).await? });
        }
        if let Some(p) = &details.place {
            (more.place, more.division, more.point) = (text(&p.address).await?, p.division.clone(), p.point);
        }
        Ok(more)
    }
}

/// Reads the fields of both screens. For whom is asked only of a complaint, a guardian of whoever gives a name.
pub(super) fn read(r: &mut Reader<'_>, complaint: bool, named: bool, today: Date) -> More {
    let division = r.line("division", 12);
    if !division.is_empty() && (![6, 9, 12].contains(&division.len()) || !division.bytes().all(|b| b.is_ascii_digit())) {
        r.faults.add("division", "choose");
    }
    let mut more = More {
        order: r.line("order_number", 100),
        platform: r.line("platform", 60),
        shop: r.line("shop", 120),
        bought_on: r.past_date("bought_on", today),
        place: r.line("place_address", 300),
        division: (!division.is_empty()).then_some(division),
        point: point(r),
        email: if named { email(r) } else { String::new() },
        ..More::default()
    };
    let given = |r: &Reader<'_>, names: &[&str]| names.iter().any(|n| !r.fields().get(n).trim().is_empty());
    if named && given(r, &["guardian_name", "guardian_phone"]) {
        more.guardian = Some(Other { name: r.need_line("guardian_name", 60), phone: phone(r, "guardian_phone", true) });
    }
    if !complaint {
        return more;
    }
    if given(r, &["agent_name", "agent_phone", "agent_until", "agent_power"]) {
        let who = Other { name: r.need_line("agent_name", 60), phone: phone(r, "agent_phone", true) };
        let powers = r.need_code("agent_powers", Powers::parse);
        let until = r.date("agent_until");
        if until.is_some_and(|d| d < today) {
            r.faults.add("agent_until", "past");
        }
        let power = r.code("agent_power", |s| Id::parse(s).map(FileId));
        more.agent = powers.map(|powers| Attorney { who, powers, until, power });
    }
    let joint = r.line("joint", 6);
    more.joint = match joint.parse::<u32>() {
        _ if joint.is_empty() => 0,
        Ok(n) if (2..=100_000).contains(&n) => n,
        _ => {
            r.faults.add("joint", "number");
            0
        }
    };
    for (name, tel) in [("rep1_name", "rep1_phone"), ("rep2_name", "rep2_phone")] {
        if given(r, &[name, tel]) {
            more.representatives.push(Other { name: r.need_line(name, 60), phone: phone(r, tel, true) });
        }
    }
    if !more.representatives.is_empty() && joint.is_empty() {
        r.faults.add("joint", "required");
    }
    more
}

/// An e-mail address; empty if none was given.
fn email(r: &mut Reader<'_>) -> String {
    let typed: String = r.line("email", 254).chars().map(rules::text::half_width).collect();
    let typed = typed.trim().to_owned();
    if !typed.is_empty() && typed.parse::<lettre::Address>().is_err() {
        r.faults.add("email", "email");
        return String::new();
    }
    typed
}

/// `120.123456,29.123456`, as the phone gives it: longitude, latitude.
fn point(r: &mut Reader<'_>) -> Option<(i32, i32)> {
    let text = r.line("point", 40);
    if text.is_empty() {
        return None;
    }
    let degrees = |s: &str, most: f64| s.trim().parse::<f64>().ok().filter(|d| d.abs() <= most);
    let both = text.split_once([',', '，']).and_then(|(lon, lat)| Some((degrees(lon, 180.0)?, degrees(lat, 90.0)?)));
    if both.is_none() {
        r.faults.add("point", "point");
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
    both.map(|(lon, lat)| ((lon * 1e6).round() as i32, (lat * 1e6).round() as i32))
}

/// The words under which a power of attorney that comes later is added to the evidence.
pub const POWER_NOTE: &str = "授权委托书";

/// Whether somebody acts for the complainant and no power of attorney has come yet (Order 121 Art. 11).
#[must_use]
pub fn lacks_power(opened: &Opened) -> bool {
    let named = opened.loaded.case.registration.details.agent.as_ref().is_some_and(|a| a.power.is_none());
    let came_later = |event: &Event| match event {
        Event::EvidenceAdded { note, .. } => opened.text(note.as_ref()) == POWER_NOTE,
        _ => false,
    };
    named && !opened.loaded.events.iter().any(|(_, fact)| came_later(&fact.event))
}

/// What kind of personal value a sealed field of the details holds.
#[must_use]
pub fn personal_kind(field: &str) -> Option<Personal> {
    PERSONAL.iter().find(|(name, _)| *name == field).map(|(_, kind)| *kind)
}
