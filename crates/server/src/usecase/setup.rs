//! Opening a locality from a pack, and the first administrator of an empty store by a one-time link.

use super::fields::Faults;
use super::people::{self, NewPerson};
use super::{Answer, Denied, Refusal, denied};
use crate::app::{self, App};
use crate::clock::new_id;
use rules::access::Role;
use rules::ids::{Id, Locality, OrganId, PersonId, UnitId};
use rules::pack::{Pack, UnitKind};
use rules::time::Instant;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Mutex;
use store::engine::Tx;
use store::personal::{hex, random};
use store::registry::{self, Organ, Person, RegistryEvent, Unit};
use store::scope::{Reason, Scope};
use store::sessions;

/// The packs in the program, by id.
const PACKS: [(&str, &str); 12] = [
    ("national", include_str!("../../../../data/packs/national.toml")),
    ("jindong", include_str!("../../../../data/packs/jindong.toml")),
    ("beijing", include_str!("../../../../data/packs/beijing.toml")),
    ("shandong", include_str!("../../../../data/packs/shandong.toml")),
    ("shanghai", include_str!("../../../../data/packs/shanghai.toml")),
    ("zhejiang", include_str!("../../../../data/packs/zhejiang.toml")),
    ("changchun", include_str!("../../../../data/packs/changchun.toml")),
    ("jinjiang", include_str!("../../../../data/packs/jinjiang.toml")),
    ("haishu", include_str!("../../../../data/packs/haishu.toml")),
    ("guangxi", include_str!("../../../../data/packs/guangxi.toml")),
    ("demo-qinghe", include_str!("../../../../data/packs/demo-qinghe.toml")),
    ("demo-yunshan", include_str!("../../../../data/packs/demo-yunshan.toml")),
];

/// Ids of the packs in the program.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(id, _)| *id)
}

/// The text of a shipped pack.
#[must_use]
pub fn pack_text(id: &str) -> Option<&'static str> {
    PACKS.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

/// Id of the pack a text says it rests on.
#[must_use]
pub fn rests_on(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        based_on: Option<String>,
    }
    toml::from_str::<Head>(text).ok()?.based_on
}

/// The texts of a shipped pack with what it rests on, base first; `None` for an id that is not shipped.
#[must_use]
pub fn pack_texts(id: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let mut next = Some(id.to_owned());
    while let Some(id) = next {
        let text = pack_text(&id)?;
        texts.insert(0, text.to_owned());
        // A pack cannot rest on itself: there are only so many.
        next = rests_on(text).filter(|_| texts.len() < PACKS.len());
    }
    Some(texts)
}

/// A locality to be opened.
#[derive(Clone, Debug, Default)]
pub struct NewLocality {
    /// Division code, six digits (GB/T 2260).
    pub code: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English; the Chinese one where empty.
    pub name_en: String,
    /// A shipped pack.
    pub pack_id: String,
    /// Full name of its organ; not used where the pack lists organs.
    pub organ: String,
    /// 机关代字 of its organ; not used where the pack lists organs.
    pub short: String,
}

/// Checks what was typed for a locality.
#[must_use]
pub fn check_locality(new: &NewLocality) -> Faults {
    let mut faults = Faults::default();
    if code_of(&new.code).is_none() {
        faults.add("code", "division");
    }
    let named = pack_texts(&new.pack_id).and_then(|t| app::pack_of(&t).ok());
    match &named {
        None => faults.add("pack_id", "choose"),
        Some(pack) if pack.organs.is_empty() => {
            for (field, value, most) in [("organ", &new.organ, 100), ("short", &new.short, 10)] {
                if value.trim().is_empty() {
                    faults.add(field, "required");
                } else if value.chars().count() > most {
                    faults.add(field, "too_long");
                }
            }
        }
        Some(_) => {}
    }
    for (field, value) in [("name", &new.name), ("name_en", &new.name_en)] {
        if value.chars().count() > 100 {
            faults.add(field, "too_long");
        }
    }
    if new.name.trim().is_empty() {
        faults.add("name", "required");
    }
    faults
}

/// Whether a pack brings its organs along, so that none has to be named.
#[must_use]
pub fn lists_organs(pack_id: &str) -> bool {
    pack_texts(pack_id).and_then(|t| app::pack_of(&t).ok()).is_some_and(|pack| !pack.organs.is_empty())
}

fn code_of(code: &str) -> Option<Locality> {
    let code = code.trim();
    let digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    code.parse().ok().filter(|c| digits && (100_000..=999_999).contains(c)).map(Locality)
}

/// Opens a locality: its registry with pack, organs and units.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong, a code that is open already included.
pub async fn open_locality(app: &App, new: &NewLocality) -> Answer<Locality> {
    let opening = Opening::prepare(app, new)?;
    let locality = opening.locality;
    write(app, opening, None).await?;
    Ok(locality)
}

/// Makes the first administrator of a store that has nobody, in a locality that is open.
///
/// # Errors
/// [`Denied::NotFound`] once somebody can sign in; [`Denied::Invalid`] with what is wrong.
pub async fn first_admin(app: &App, locality: Locality, person: NewPerson) -> Answer<PersonId> {
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let intake = world.directory.organs.values().find_map(|o| o.intake_unit);
    let unit = intake.or_else(|| world.directory.units.keys().next().copied()).ok_or(Denied::NotFound)?;
    let opening = Opening { locality, registry: world.directory.registry, events: Vec::new(), seat: unit };
    let admin = Admin::prepare(app, person).await?;
    let id = admin.id;
    write(app, opening, Some(admin)).await?;
    Ok(id)
}

#[derive(Debug)]
struct Opening {
    locality: Locality,
    registry: Id,
    events: Vec<RegistryEvent>,
    /// Where its first administrator sits.
    seat: UnitId,
}

impl Opening {
    fn prepare(app: &App, new: &NewLocality) -> Answer<Self> {
        let mut faults = check_locality(new);
        let locality = code_of(&new.code);
        if locality.is_some_and(|l| app.localities().contains(&l)) {
            faults.add("code", "taken");
        }
        let (Some(locality), Some(texts), true) = (locality, pack_texts(&new.pack_id), faults.is_empty()) else {
            return Err(Denied::Invalid(faults));
        };
        let pack = app::pack_of(&texts).map_err(Denied::Store)?;
        let now = app.clock().now();
        let from = now.date();
        // A millisecond apart, so that they list in the order of the pack.
        let made = std::cell::Cell::new(now);
        let id = || {
            made.set(Instant(made.get().0 + 1_000));
            new_id(made.get(), &mut app.random())
        };
        let (organs, units) = if pack.organs.is_empty() { single(new, locality, &id) } else { listed(&pack, &id) };
        let name_en = if new.name_en.trim().is_empty() { &new.name } else { &new.name_en };
        let mut events = vec![
            RegistryEvent::LocalityOpened { name: new.name.trim().to_owned(), name_en: name_en.trim().to_owned() },
            RegistryEvent::PackSet { from, pack_id: pack.id.clone(), version: pack.version, texts },
        ];
        let seat = organs.iter().find_map(|o| o.intake_unit).or(units.first().map(|u| u.id)).ok_or(Denied::NotFound)?;
        events.extend(organs.into_iter().map(|organ| RegistryEvent::OrganSet { from, organ }));
        events.extend(units.into_iter().map(|unit| RegistryEvent::UnitSet { from, unit }));
        Ok(Self { locality, registry: id(), events, seat })
    }
}

/// One organ with its unified intake, where the pack names none.
fn single(new: &NewLocality, locality: Locality, id: &impl Fn() -> Id) -> (Vec<Organ>, Vec<Unit>) {
    let (organ, unit) = (OrganId(id()), UnitId(id()));
    let organs = vec![Organ {
        id: organ,
        code: locality.to_string(),
        name: new.organ.trim().to_owned(),
        short: new.short.trim().to_owned(),
        parent: None,
        intake_unit: Some(unit),
        market_regulator: true,
    }];
    let units = vec![Unit {
        id: unit,
        organ,
        parent: None,
        code: format!("{locality}-01"),
        kind: UnitKind::Centre,
        name: "投诉举报处理中心".to_owned(),
        phone: String::new(),
        address: String::new(),
        closed: false,
        merged_into: None,
        why: String::new(),
    }];
    (organs, units)
}

/// The organs and units a pack lists; the first centre of an organ is its unified intake.
fn listed(pack: &Pack, id: &impl Fn() -> Id) -> (Vec<Organ>, Vec<Unit>) {
    let organ_ids: BTreeMap<&str, OrganId> = pack.organs.iter().map(|o| (o.code.as_str(), OrganId(id()))).collect();
    let unit_ids: BTreeMap<&str, UnitId> = pack.units.iter().map(|u| (u.code.as_str(), UnitId(id()))).collect();
    let organs = pack.organs.iter().map(|o| {
        let centre = pack.units.iter().find(|u| u.organ == o.code && u.kind == UnitKind::Centre);
        Organ {
            id: organ_ids[o.code.as_str()],
            code: o.code.clone(),
            name: o.name.clone(),
            short: o.short.clone(),
            parent: o.parent.as_deref().and_then(|p| organ_ids.get(p)).copied(),
            intake_unit: centre.and_then(|u| unit_ids.get(u.code.as_str())).copied(),
            market_regulator: o.market_regulator,
        }
    });
    let units = pack.units.iter().filter_map(|u| {
        Some(Unit {
            id: unit_ids[u.code.as_str()],
            organ: *organ_ids.get(u.organ.as_str())?,
            parent: u.parent.as_deref().and_then(|p| unit_ids.get(p)).copied(),
            code: u.code.clone(),
            kind: u.kind,
            name: u.name.clone(),
            phone: u.phone.clone(),
            address: u.address.clone(),
            closed: false,
            merged_into: None,
            why: String::new(),
        })
    });
    (organs.collect(), units.collect())
}

#[derive(Debug)]
struct Admin {
    id: PersonId,
    person: Person,
    secret: String,
}

impl Admin {
    async fn prepare(app: &App, new: NewPerson) -> Answer<Self> {
        let faults = people::check_person(&new);
        if !faults.is_empty() {
            return Err(Denied::Invalid(faults));
        }
        let id = PersonId(new_id(app.clock().now(), &mut app.random()));
        let person = Person { id, login: rules::text::fold(&new.login), name: new.name, active: true };
        Ok(Self { id, person, secret: people::hash(new.password, app.random()).await? })
    }

    /// The first person makes people and gives them their roles, so they hold both offices until they have given one away.
    fn events(&self, unit: UnitId) -> [RegistryEvent; 4] {
        let digest = hex(&Sha256::digest(self.secret.as_bytes()).into());
        [
            RegistryEvent::PersonSet { person: self.person.clone() },
            RegistryEvent::RoleGiven { person: self.id, role: Role::SystemAdmin, unit },
            RegistryEvent::RoleGiven { person: self.id, role: Role::SecurityAdmin, unit },
            RegistryEvent::CredentialSet { person: self.id, digest },
        ]
    }
}

/// Opens and appoints in one unit of work. An administrator is made only while nobody can sign in; the lease keeps two servers on one
/// database from making one each at the same moment.
async fn write(app: &App, opening: Opening, admin: Option<Admin>) -> Answer<()> {
    let (now, holder) = (app.clock().now(), new_id(app.clock().now(), &mut app.random()));
    let scope = Scope::system(opening.locality, Reason::Setup);
    let mut events = opening.events;
    events.extend(admin.iter().flat_map(|a| a.events(opening.seat)));
    let secret = admin.map(|a| a.secret);
    let unit = async move |tx: &mut Tx| {
        if secret.is_some() {
            let ours = sessions::take_lease(tx, "setup", holder, now, now.plus_minutes(1)).await?;
            if !ours || sessions::anybody(tx).await? {
                return Err(Refusal(Denied::NotFound).into());
            }
        }
        registry::append(tx, &scope, opening.registry, &events, secret.as_deref(), now).await
    };
    match app.db().write(unit).await.map_err(denied) {
        Err(Denied::Store(e)) if e.is_unique() => {
            let mut faults = Faults::default();
            faults.add("code", "taken");
            Err(Denied::Invalid(faults))
        }
        Err(e) => Err(e),
        Ok(()) => app.refresh().await.map_err(Denied::Store),
    }
}

/// The one-time links of the servers in this process, hashed, by server: they end with the process.
static LINKS: Mutex<BTreeMap<Id, [u8; 32]>> = Mutex::new(BTreeMap::new());

fn links() -> std::sync::MutexGuard<'static, BTreeMap<Id, [u8; 32]>> {
    LINKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A one-time token for the first administrator's page; `None` where somebody can sign in already.
///
/// # Errors
/// Those of the store.
pub async fn begin(app: &App) -> Answer<Option<String>> {
    let mut db = app.db().read().await?;
    if sessions::anybody(&mut db).await? {
        return Ok(None);
    }
    let secret: [u8; 32] = random(&mut app.random());
    let token = hex(&secret);
    links().insert(app.holder(), Sha256::digest(token.as_bytes()).into());
    Ok(Some(token))
}

/// Whether a token opens the first administrator's page now.
///
/// # Errors
/// [`Denied::NotFound`] for any other token, and once somebody can sign in.
pub async fn check(app: &App, token: &str) -> Answer<()> {
    let given: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    if links().get(&app.holder()) != Some(&given) {
        return Err(Denied::NotFound);
    }
    let mut db = app.db().read().await?;
    if sessions::anybody(&mut db).await? { Err(Denied::NotFound) } else { Ok(()) }
}

/// Opens the first locality and makes its first administrator, in one unit of work; the token is used up. Where the store has a locality
/// already (an import opened it), `locality` is not looked at and the person belongs to the one that is there.
///
/// # Errors
/// [`Denied::NotFound`] for a wrong or used token; [`Denied::Invalid`] with everything that is wrong, the token stays good then.
pub async fn finish(app: &App, token: &str, locality: NewLocality, person: NewPerson) -> Answer<PersonId> {
    check(app, token).await?;
    let id = match app.localities().first() {
        Some(there) => first_admin(app, *there, person).await?,
        None => {
            let mut faults = check_locality(&locality);
            faults.0.extend(people::check_person(&person).0);
            if !faults.is_empty() {
                return Err(Denied::Invalid(faults));
            }
            let opening = Opening::prepare(app, &locality)?;
            let admin = Admin::prepare(app, person).await?;
            let id = admin.id;
            write(app, opening, Some(admin)).await?;
            id
        }
    };
    links().remove(&app.holder());
    Ok(id)
}

/// Opens the locality of a store that has none, so that a file can be imported before anybody has set it up.
///
/// # Errors
/// Those of the store.
pub async fn open_unnamed(app: &App, code: Option<Locality>) -> Answer<Locality> {
    let locality = code.unwrap_or(UNNAMED);
    let new = NewLocality {
        code: locality.to_string(),
        name: format!("未命名地区（{locality}）"),
        name_en: format!("Unnamed locality ({locality})"),
        pack_id: "national".into(),
        organ: "市场监督管理局".into(),
        short: "某".into(),
    };
    open_locality(app, &new).await
}

/// Code of a locality nobody has named.
const UNNAMED: Locality = Locality(999_999);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Place;
    use crate::clock::Clock;

    async fn empty() -> (tempfile::TempDir, App) {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::set(Instant(1_780_000_000_000_000));
        let app = App::open(&Place::data(dir.path()), clock).await.unwrap();
        (dir, app)
    }

    fn county() -> NewLocality {
        NewLocality {
            code: "990303".into(),
            name: "某县".into(),
            pack_id: "national".into(),
            organ: "某县市场监督管理局".into(),
            short: "某".into(),
            ..NewLocality::default()
        }
    }

    fn person(login: &str) -> NewPerson {
        NewPerson { login: login.into(), name: "王㛃".into(), password: "long enough".into(), roles: Vec::new() }
    }

    fn fields(denied: Denied) -> Vec<String> {
        match denied {
            Denied::Invalid(faults) => faults.0.into_iter().map(|(field, _)| field).collect(),
            other => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn the_link_makes_one_administrator_and_no_second() {
        let (_dir, app) = empty().await;
        let token = begin(&app).await.unwrap().unwrap();
        check(&app, &token).await.unwrap();
        for wrong in ["", "0", &token[1..], "x"] {
            let got = finish(&app, wrong, county(), person("first")).await;
            assert!(matches!(got, Err(Denied::NotFound)), "{wrong}");
        }
        let bad = NewLocality { code: "12".into(), short: String::new(), pack_id: "none".into(), ..county() };
        let short = NewPerson { password: "short".into(), ..person("first") };
        assert_eq!(fields(finish(&app, &token, bad, short).await.unwrap_err()), ["code", "pack_id", "password"]);
        assert!(app.localities().is_empty(), "nothing was written, the token stays good");

        let (a, b) = tokio::join!(finish(&app, &token, county(), person("first")), finish(&app, &token, county(), person("other")));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let world = app.world(Locality(990_303)).unwrap();
        let d = &world.directory;
        assert_eq!((d.people.len(), d.roles.len(), d.organs.len(), d.units.len()), (1, 2, 1, 1));
        let roles: Vec<Role> = d.roles.iter().map(|(_, g)| g.role).collect();
        assert_eq!(roles, [Role::SecurityAdmin, Role::SystemAdmin]);
        assert_eq!(d.organs.values().next().unwrap().intake_unit, d.units.keys().next().copied());
        assert_eq!((d.name.as_str(), d.name_en.as_str()), ("某县", "某县"));
        assert!(matches!(finish(&app, &token, county(), person("second")).await, Err(Denied::NotFound)));
        assert!(matches!(check(&app, &token).await, Err(Denied::NotFound)));
        assert_eq!(begin(&app).await.unwrap(), None);
        let admin = d.people.values().next().unwrap().login.clone();
        people::sign_in(&app, &admin, "long enough", "", "").await.unwrap();
    }

    #[tokio::test]
    async fn a_store_that_only_an_import_has_opened_gets_its_administrator_there() {
        let (_dir, app) = empty().await;
        let opened = open_unnamed(&app, None).await.unwrap();
        let token = begin(&app).await.unwrap().unwrap();
        let id = finish(&app, &token, NewLocality::default(), person("first")).await.unwrap();
        assert_eq!(app.localities(), [opened]);
        assert!(app.world(opened).unwrap().directory.people.contains_key(&id));
        assert_eq!(fields(open_unnamed(&app, None).await.unwrap_err()), ["code"]);
    }

    #[tokio::test]
    async fn every_shipped_pack_opens_a_locality() {
        let (_dir, app) = empty().await;
        for (i, pack_id) in shipped().enumerate() {
            let new = NewLocality { code: (990_400 + i).to_string(), pack_id: pack_id.into(), ..county() };
            let world = open_locality(&app, &new).await.unwrap();
            let world = app.world(world).unwrap();
            let seat = crate::usecase::submit::intake_seat(&world).unwrap();
            assert_eq!(world.directory.organs.keys().next(), Some(&seat.organ), "{pack_id}: the intake is the first organ's");
            assert_eq!(world.pack.id, pack_id);
        }
        let world = app.world(Locality(990_410)).unwrap();
        let of = |kind: UnitKind| world.directory.units.values().filter(|u| u.kind == kind).count();
        assert_eq!([UnitKind::Centre, UnitKind::Office, UnitKind::Station].map(of), [2, 10, 23]);
        assert!(world.directory.organs.values().any(|o| o.parent.is_some()) && world.directory.organs.len() == 3);
        let mut progress = |_: &store::verify::Counts| {};
        assert!(store::verify::run(app.db(), app.keyring(), None, &mut progress).await.unwrap().is_whole());
    }
}
