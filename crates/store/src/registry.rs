//! The registry of a locality: organs, units, people, roles, packs, calendar notices — versioned records in a stream of their own, so that a
//! reorganisation moves no history. Read whole into a [`Directory`]; it is small.

use crate::arrangement::{self, Arrangement};
use crate::cases::Column;
use crate::chain::{self, Draft, Family, Recorded};
use crate::engine::{Arg, Error, Reader, Result, Sql, Tx};
use crate::organisation::Tree;
use crate::scope::{Grant, Scope};
use crate::{args, statements};
use jiff::civil::Date;
use rules::access::Role;
use rules::ids::{Id, Locality, OrganId, PersonId, UnitId};
use rules::pack::UnitKind;
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// An organ (机关).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns of `organ`")]
pub struct Organ {
    pub id: OrganId,
    pub code: String,
    pub name: String,
    pub short: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OrganId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake_unit: Option<UnitId>,
    pub market_regulator: bool,
}

/// A unit (机构).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns of `unit`")]
pub struct Unit {
    pub id: UnitId,
    pub organ: OrganId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    pub code: String,
    pub kind: UnitKind,
    pub name: String,
    pub phone: String,
    pub address: String,
    #[serde(default)]
    pub closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<UnitId>,
    /// Why it is so from that day on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns of `person`")]
pub struct Person {
    pub id: PersonId,
    pub login: String,
    pub name: String,
    pub active: bool,
}

/// What happened to a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum RegistryEvent {
    /// The locality was opened on this installation.
    LocalityOpened {
        /// Name in Chinese.
        name: String,
        /// Name in English.
        name_en: String,
    },
    /// A pack holds from a day on. Its texts, base first, so that the version in force can be rebuilt.
    PackSet {
        /// First day.
        from: Date,
        /// Id.
        pack_id: String,
        /// Version.
        version: u32,
        /// Texts as read, base first.
        texts: Vec<String>,
    },
    /// An organ as it is from a day on.
    OrganSet {
        /// First day.
        from: Date,
        /// The organ.
        organ: Organ,
    },
    /// A unit as it is from a day on.
    UnitSet {
        /// First day.
        from: Date,
        /// The unit.
        unit: Unit,
    },
    /// A person.
    PersonSet {
        /// The person.
        person: Person,
    },
    /// A role given.
    RoleGiven {
        /// To whom.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which unit.
        unit: UnitId,
    },
    /// A role taken.
    RoleTaken {
        /// From whom.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which unit.
        unit: UnitId,
    },
    /// A password set; only the SHA-256 of its argon2id text is in the log.
    CredentialSet {
        /// Whose.
        person: PersonId,
        /// SHA-256 of the stored text, hex.
        digest: String,
    },
    /// A second step at sign-in is set up, or one of its recovery codes was used; only the SHA-256 of the sealed secret is in the log.
    SecondStepSet {
        /// Whose.
        person: PersonId,
        /// SHA-256 of the sealed secret, hex.
        digest: String,
        /// Keyed hashes of the recovery codes that are left, hex.
        codes: Vec<String>,
        /// A recovery code was used: nothing else changed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        used: bool,
    },
    /// A second step was taken away, by whoever has it or by the security administrator.
    SecondStepGone {
        /// Whose.
        person: PersonId,
    },
    /// A State Council notice loaded.
    NoticeLoaded {
        /// Year.
        year: i16,
        /// Its text as loaded.
        text: String,
    },
    /// A way of looking at a list, saved by whoever uses it, perhaps for the whole unit.
    ViewSet {
        /// The view.
        view: View,
    },
    /// A saved view was thrown away.
    ViewGone {
        /// Which.
        id: Id,
    },
    /// What was left at the end of a day, as the intake found it (每日清零).
    DayChecked {
        /// The intake's unit.
        unit: UnitId,
        /// The day.
        on: Date,
        /// Open cases the unit answered for.
        open: u32,
        /// What of them was left; nothing is 零.
        left: Vec<Left>,
    },
    /// All open work of an organ was looked at (巡查), and people were told.
    Inspected {
        /// The organ.
        organ: OrganId,
        /// When the inspection was due.
        at: Instant,
        /// What it found.
        found: crate::supervision::Inspected,
    },
    /// Something was arranged, or changed.
    Arranged {
        /// Which.
        id: Id,
        /// What.
        arrangement: Arrangement,
    },
    /// An arrangement is over or taken back.
    ArrangementEnded {
        /// Which.
        id: Id,
    },
}

/// A saved way of looking at a list. It keeps what the list is narrowed to and sorted by, never words that were typed: they may name a
/// person, and the registry is not erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Id.
    pub id: Id,
    /// Whose.
    pub owner: PersonId,
    /// Their unit.
    pub unit: UnitId,
    /// For everybody of the unit.
    pub shared: bool,
    /// What it is called.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
}

/// A case left over at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The case.
    pub case: rules::ids::CaseId,
    /// Who must act, as a code.
    pub who: String,
    /// Why it is left, as a code; free words stand as a note of the case.
    pub why: String,
}

/// Schema version of registry events.
pub const SCHEMA: u16 = 1;

impl RegistryEvent {
    /// Stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LocalityOpened { .. } => "LocalityOpened",
            Self::PackSet { .. } => "PackSet",
            Self::OrganSet { .. } => "OrganSet",
            Self::UnitSet { .. } => "UnitSet",
            Self::PersonSet { .. } => "PersonSet",
            Self::RoleGiven { .. } => "RoleGiven",
            Self::RoleTaken { .. } => "RoleTaken",
            Self::CredentialSet { .. } => "CredentialSet",
            Self::SecondStepSet { .. } => "SecondStepSet",
            Self::SecondStepGone { .. } => "SecondStepGone",
            Self::NoticeLoaded { .. } => "NoticeLoaded",
            Self::ViewSet { .. } => "ViewSet",
            Self::ViewGone { .. } => "ViewGone",
            Self::DayChecked { .. } => "DayChecked",
            Self::Inspected { .. } => "Inspected",
            Self::Arranged { .. } => "Arranged",
            Self::ArrangementEnded { .. } => "ArrangementEnded",
        }
    }
}

statements! {
    LOCALITIES = "SELECT code, name, name_en, registry FROM locality ORDER BY code";
    INSERT_LOCALITY = "INSERT INTO locality (code, name, name_en, registry) VALUES ($1, $2, $3, $4)";
    PACKS = "SELECT valid_from, texts FROM pack WHERE locality = $1 ORDER BY valid_from";
    SET_PACK = "INSERT INTO pack (locality, valid_from, pack_id, version, texts) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (locality, valid_from) DO UPDATE SET pack_id = excluded.pack_id, version = excluded.version, texts = excluded.texts";
    ORGANS = "SELECT id, valid_from, code, name, short, parent, intake_unit, market_regulator FROM organ WHERE locality = $1 ORDER BY id, valid_from";
    SET_ORGAN = "INSERT INTO organ (locality, id, valid_from, code, name, short, parent, intake_unit, market_regulator)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (locality, id, valid_from) DO UPDATE SET code = excluded.code,
        name = excluded.name, short = excluded.short, parent = excluded.parent, intake_unit = excluded.intake_unit,
        market_regulator = excluded.market_regulator";
    UNITS = "SELECT id, valid_from, organ, parent, code, kind, name, phone, address, closed, merged_into, why FROM unit
        WHERE locality = $1 ORDER BY id, valid_from";
    SET_UNIT = "INSERT INTO unit (locality, id, valid_from, organ, parent, code, kind, name, phone, address, closed, merged_into, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (locality, id, valid_from) DO UPDATE SET organ = excluded.organ,
        parent = excluded.parent, code = excluded.code, kind = excluded.kind, name = excluded.name, phone = excluded.phone,
        address = excluded.address, closed = excluded.closed, merged_into = excluded.merged_into, why = excluded.why";
    PEOPLE = "SELECT id, login, name, active FROM person WHERE locality = $1 ORDER BY id";
    SET_PERSON = "INSERT INTO person (locality, id, login, name, active) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (locality, id) DO UPDATE SET login = excluded.login, name = excluded.name, active = excluded.active";
    ROLES = "SELECT person, role, unit FROM role WHERE locality = $1 ORDER BY person, role, unit";
    GIVE_ROLE = "INSERT INTO role (locality, person, role, unit) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    TAKE_ROLE = "DELETE FROM role WHERE locality = $1 AND person = $2 AND role = $3 AND unit = $4";
    SET_CREDENTIAL = "INSERT INTO credential (locality, person, hash) VALUES ($1, $2, $3)
        ON CONFLICT (locality, person) DO UPDATE SET hash = excluded.hash";
    SET_SECOND = "INSERT INTO second_step (locality, person, sealed, codes) VALUES ($1, $2, $3, $4)
        ON CONFLICT (locality, person) DO UPDATE SET sealed = excluded.sealed, codes = excluded.codes";
    END_SECOND = "DELETE FROM second_step WHERE locality = $1 AND person = $2";
    SECONDS = "SELECT person, codes FROM second_step WHERE locality = $1 ORDER BY person";
    NOTICES = "SELECT text FROM notice WHERE locality = $1 ORDER BY loaded_at";
    ARRANGEMENTS = "SELECT id, body FROM arrangement WHERE locality = $1 ORDER BY id";
    SET_ARRANGEMENT = "INSERT INTO arrangement (locality, id, body) VALUES ($1, $2, $3)
        ON CONFLICT (locality, id) DO UPDATE SET body = excluded.body";
    END_ARRANGEMENT = "DELETE FROM arrangement WHERE locality = $1 AND id = $2";
    INSERT_NOTICE = "INSERT INTO notice (year, loaded_at, locality, text) VALUES ($1, $2, $3, $4)";
    SET_VIEW = "INSERT INTO saved_view (locality, id, owner, unit, shared, name, query) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (locality, id) DO UPDATE SET unit = excluded.unit, shared = excluded.shared, name = excluded.name, query = excluded.query";
    DELETE_VIEW = "DELETE FROM saved_view WHERE locality = $1 AND id = $2";
    INSERT_INSPECTION = "INSERT INTO inspection (locality, organ, at, made_at, body) VALUES ($1, $2, $3, $4, $5)";
    INSERT_CHECK = "INSERT INTO day_check (locality, unit, on_day, checked_at, person, open_cases, left_over)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// The localities of this installation: code, name, English name, stream of the registry.
///
/// # Errors
/// Those of reading.
pub async fn localities(db: &mut Reader) -> Result<Vec<(Locality, String, String, Id)>> {
    db.all(LOCALITIES, &[]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).collect()
}

/// Appends to the registry of a locality and brings its rows up to date. `secret` is the argon2id text for a
/// `CredentialSet`, the sealed secret for a `SecondStepSet`.
///
/// # Errors
/// A conflict if someone else was first; a login that is taken breaks its unique index.
pub async fn append(tx: &mut Tx, scope: &Scope, registry: Id, events: &[RegistryEvent], secret: Option<&str>, now: Instant) -> Result<()> {
    let locality = scope.locality();
    let head = chain::head(tx, locality, registry).await?;
    let mut drafts = Vec::with_capacity(events.len());
    for e in events {
        drafts.push(Draft { name: e.name(), schema: SCHEMA, body: serde_json::to_string(e).map_err(Error::internal)?, effective_at: now });
    }
    let recorded = chain::link(locality, Family::Registry, registry, head, drafts, scope.by(), now);
    let mut batch = Vec::new();
    for (r, event) in recorded.iter().zip(events) {
        batch.push(project(change(locality, registry, r, event), secret)?);
    }
    chain::append(tx, &recorded).await?;
    tx.batch(batch).await.map(|_| ())
}

/// What an event does to a derived table.
pub(crate) enum Change {
    /// A row is set: a new one, or in place of the one with the same key.
    Set(&'static str, Vec<Column>),
    /// A row goes.
    Unset(&'static str, Vec<Column>),
}

/// What an event does to the tables of the registry: for writing and for `verify`. The `hash` of a credential is here the digest the log
/// has of it.
pub(crate) fn change(locality: Locality, registry: Id, r: &Recorded, event: &RegistryEvent) -> Change {
    let here: Column = ("locality", locality.into());
    let role = |person: PersonId, role: Role, unit: UnitId| {
        vec![("locality", locality.into()), ("person", person.into()), ("role", role.code().into()), ("unit", unit.into())]
    };
    match event.clone() {
        RegistryEvent::LocalityOpened { name, name_en } => Change::Set(
            "locality",
            vec![("code", locality.into()), ("name", name.into()), ("name_en", name_en.into()), ("registry", registry.into())],
        ),
        RegistryEvent::PackSet { from, pack_id, version, texts } => Change::Set(
            "pack",
            vec![
                here,
                ("valid_from", from.into()),
                ("pack_id", pack_id.into()),
                ("version", version.into()),
                ("texts", texts_column(&texts).into()),
            ],
        ),
        RegistryEvent::OrganSet { from, organ: o } => Change::Set(
            "organ",
            vec![
                here,
                ("id", o.id.into()),
                ("valid_from", from.into()),
                ("code", o.code.into()),
                ("name", o.name.into()),
                ("short", o.short.into()),
                ("parent", o.parent.into()),
                ("intake_unit", o.intake_unit.into()),
                ("market_regulator", o.market_regulator.into()),
            ],
        ),
        RegistryEvent::UnitSet { from, unit: u } => Change::Set(
            "unit",
            vec![
                here,
                ("id", u.id.into()),
                ("valid_from", from.into()),
                ("organ", u.organ.into()),
                ("parent", u.parent.into()),
                ("code", u.code.into()),
                ("kind", u.kind.code().into()),
                ("name", u.name.into()),
                ("phone", u.phone.into()),
                ("address", u.address.into()),
                ("closed", u.closed.into()),
                ("merged_into", u.merged_into.into()),
                ("why", u.why.into()),
            ],
        ),
        RegistryEvent::PersonSet { person: p } => Change::Set(
            "person",
            vec![here, ("id", p.id.into()), ("login", p.login.into()), ("name", p.name.into()), ("active", p.active.into())],
        ),
        RegistryEvent::RoleGiven { person, role: r, unit } => Change::Set("role", role(person, r, unit)),
        RegistryEvent::RoleTaken { person, role: r, unit } => Change::Unset("role", role(person, r, unit)),
        RegistryEvent::CredentialSet { person, digest } => {
            Change::Set("credential", vec![here, ("person", person.into()), ("hash", digest.into())])
        }
        RegistryEvent::SecondStepSet { person, digest, codes, .. } => {
            let codes = serde_json::to_string(&codes).unwrap_or_default();
            Change::Set("second_step", vec![here, ("person", person.into()), ("sealed", digest.into()), ("codes", codes.into())])
        }
        RegistryEvent::SecondStepGone { person } => Change::Unset("second_step", vec![here, ("person", person.into())]),
        RegistryEvent::NoticeLoaded { year, text } => {
            Change::Set("notice", vec![("year", i64::from(year).into()), ("loaded_at", r.recorded_at.into()), here, ("text", text.into())])
        }
        RegistryEvent::ViewSet { view: v } => Change::Set(
            "saved_view",
            vec![
                here,
                ("id", v.id.into()),
                ("owner", v.owner.into()),
                ("unit", v.unit.into()),
                ("shared", v.shared.into()),
                ("name", v.name.into()),
                ("query", v.query.into()),
            ],
        ),
        RegistryEvent::ViewGone { id } => Change::Unset("saved_view", vec![here, ("id", id.into())]),
        RegistryEvent::DayChecked { unit, on, open, left } => Change::Set(
            "day_check",
            vec![
                here,
                ("unit", unit.into()),
                ("on_day", on.into()),
                ("checked_at", r.recorded_at.into()),
                ("person", r.by.actor.into()),
                ("open_cases", open.into()),
                ("left_over", serde_json::to_string(&left).unwrap_or_default().into()),
            ],
        ),
        RegistryEvent::Inspected { organ, at, found } => {
            let body = serde_json::to_string(&found).unwrap_or_default();
            let columns = vec![here, ("organ", organ.into()), ("at", at.into()), ("made_at", r.recorded_at.into()), ("body", body.into())];
            Change::Set("inspection", columns)
        }
        RegistryEvent::Arranged { id, arrangement } => {
            let body = serde_json::to_string(&arrangement).unwrap_or_default();
            Change::Set("arrangement", vec![here, ("id", id.into()), ("body", body.into())])
        }
        RegistryEvent::ArrangementEnded { id } => Change::Unset("arrangement", vec![here, ("id", id.into())]),
    }
}

/// The digest of a stored argon2id text that the log keeps, hex.
#[must_use]
pub fn credential_digest(stored: &str) -> String {
    crate::personal::hex(&Sha256::digest(stored.as_bytes()).into())
}

/// The statement for what an event does. `CredentialSet` and `SecondStepSet` keep their secret apart from the log.
fn project(change: Change, secret: Option<&str>) -> Result<(Sql, Vec<Arg<'static>>)> {
    let (table, mut columns, set) = match change {
        Change::Set(table, columns) => (table, columns, true),
        Change::Unset(table, columns) => (table, columns, false),
    };
    let sql = match (table, set) {
        ("locality", true) => INSERT_LOCALITY,
        ("pack", true) => SET_PACK,
        ("organ", true) => SET_ORGAN,
        ("unit", true) => SET_UNIT,
        ("person", true) => SET_PERSON,
        ("role", true) => GIVE_ROLE,
        ("role", false) => TAKE_ROLE,
        ("notice", true) => INSERT_NOTICE,
        ("saved_view", true) => SET_VIEW,
        ("saved_view", false) => DELETE_VIEW,
        ("day_check", true) => INSERT_CHECK,
        ("inspection", true) => INSERT_INSPECTION,
        ("arrangement", true) => SET_ARRANGEMENT,
        ("arrangement", false) => END_ARRANGEMENT,
        ("second_step", false) => END_SECOND,
        ("credential" | "second_step", true) => {
            let secret = secret.ok_or_else(|| Error::Internal(format!("a change of {table} without its secret")))?;
            if columns[2].1 != Arg::from(credential_digest(secret)) {
                return Err(Error::Internal(format!("the digest of a change of {table} is not that of its secret")));
            }
            columns[2].1 = secret.to_owned().into();
            if table == "credential" { SET_CREDENTIAL } else { SET_SECOND }
        }
        _ => return Err(Error::Internal(format!("no statement for {table}"))),
    };
    Ok((sql, columns.into_iter().map(|(_, v)| v).collect()))
}

/// Several texts in one column, so that they come back as they were.
pub(crate) fn texts_column(texts: &[String]) -> String {
    serde_json::to_string(texts).unwrap_or_default()
}

/// The registry of a locality as it is on a day.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Locality.
    pub locality: Locality,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Stream of its events.
    pub registry: Id,
    /// Every version of the pack with its first day, oldest first: its texts, base first.
    pub packs: Vec<(Date, Vec<String>)>,
    /// Organs by id.
    pub organs: BTreeMap<OrganId, Organ>,
    /// Units by id.
    pub units: BTreeMap<UnitId, Unit>,
    /// How they stand below each other, and how they were.
    pub tree: Tree,
    /// People by id.
    pub people: BTreeMap<PersonId, Person>,
    /// Roles of people.
    pub roles: Vec<(PersonId, Grant)>,
    /// Roles that deputies hold today, while the head is away.
    pub deputies: Vec<(PersonId, Grant)>,
    /// What is arranged, by id.
    pub arrangements: BTreeMap<Id, Arrangement>,
    /// Calendar notices in the order they were loaded.
    pub notices: Vec<String>,
    /// Who does a second step at sign-in, and how many recovery codes they have left.
    pub second: BTreeMap<PersonId, usize>,
}

impl Directory {
    /// Reads the registry of a locality as it is on `today`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a locality that is not here; those of reading.
    pub async fn load(db: &mut Reader, scope: &Scope, today: Date) -> Result<Self> {
        let locality = scope.locality();
        let (_, name, name_en, registry) =
            localities(db).await?.into_iter().find(|l| l.0 == locality).ok_or(Error::NotFound("locality"))?;
        let mut packs = Vec::new();
        for r in db.all(PACKS, args![locality]).await? {
            let texts = serde_json::from_str(&r.get::<String>(1)?).map_err(|_| r.corrupt(1, "not a list of texts"))?;
            packs.push((r.get::<Date>(0)?, texts));
        }
        let mut organs = BTreeMap::new();
        for r in db.all(ORGANS, args![locality]).await? {
            if r.get::<Date>(1)? <= today {
                let organ = Organ {
                    id: r.get(0)?,
                    code: r.get(2)?,
                    name: r.get(3)?,
                    short: r.get(4)?,
                    parent: r.get(5)?,
                    intake_unit: r.get(6)?,
                    market_regulator: r.get(7)?,
                };
                organs.insert(organ.id, organ);
            }
        }
        let mut versions: Vec<(Date, Unit)> = Vec::new();
        for r in db.all(UNITS, args![locality]).await? {
            let unit = Unit {
                id: r.get(0)?,
                organ: r.get(2)?,
                parent: r.get(3)?,
                code: r.get(4)?,
                kind: UnitKind::parse(&r.get::<String>(5)?).ok_or_else(|| r.corrupt(5, "unknown kind of unit"))?,
                name: r.get(6)?,
                phone: r.get(7)?,
                address: r.get(8)?,
                closed: r.get(9)?,
                merged_into: r.get(10)?,
                why: r.get(11)?,
            };
            versions.push((r.get(1)?, unit));
        }
        let units: BTreeMap<UnitId, Unit> = versions.iter().filter(|(from, _)| *from <= today).map(|(_, u)| (u.id, u.clone())).collect();
        let mut people = BTreeMap::new();
        for r in db.all(PEOPLE, args![locality]).await? {
            let person = Person { id: r.get(0)?, login: r.get(1)?, name: r.get(2)?, active: r.get(3)? };
            people.insert(person.id, person);
        }
        let mut roles = Vec::new();
        for r in db.all(ROLES, args![locality]).await? {
            let unit: UnitId = r.get(2)?;
            let role = Role::parse(&r.get::<String>(1)?).ok_or_else(|| r.corrupt(1, "unknown role"))?;
            if let Some(u) = units.get(&unit) {
                roles.push((r.get(0)?, Grant { role, unit, organ: u.organ }));
            }
        }
        let notices = db.all(NOTICES, args![locality]).await?.iter().map(|r| r.get(0)).collect::<Result<_>>()?;
        let mut second = BTreeMap::new();
        for r in db.all(SECONDS, args![locality]).await? {
            let codes: Vec<String> = serde_json::from_str(&r.get::<String>(1)?).map_err(|_| r.corrupt(1, "not a list of codes"))?;
            second.insert(r.get(0)?, codes.len());
        }
        let mut arrangements = BTreeMap::new();
        for r in db.all(ARRANGEMENTS, args![locality]).await? {
            let arrangement = serde_json::from_str(&r.get::<String>(1)?).map_err(|_| r.corrupt(1, "not an arrangement"))?;
            arrangements.insert(r.get(0)?, arrangement);
        }
        let deputies = arrangement::deputies(arrangements.values(), &roles, today);
        let tree = Tree::new(&units, versions, &roles);
        Ok(Self { locality, name, name_en, registry, packs, organs, units, tree, people, roles, deputies, arrangements, notices, second })
    }

    /// The intake an organ's cases return to: its own, or the one of the organ above.
    #[must_use]
    pub fn intake_of(&self, organ: OrganId) -> Option<rules::case::event::Seat> {
        let mut at = self.organs.get(&organ);
        for _ in 0..8 {
            let o = at?;
            if let Some(unit) = o.intake_unit {
                return Some(rules::case::event::Seat { unit, organ: o.id });
            }
            at = o.parent.and_then(|p| self.organs.get(&p));
        }
        None
    }
}
