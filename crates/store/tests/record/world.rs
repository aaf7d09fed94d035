//! A store as an installation has it after some weeks: two localities with two organs each, submissions with evidence, cases of every kind
//! in every state, an access log, part of it all in the log and part still waiting. Made through the store's own functions and the rules.

use rules::access::{Actor, Role};
use rules::calendar::Calendar;
use rules::case::Stamp;
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::case::event::{Event, Fact, Origin, Registration, Respondent, Seat, Submitter};
use rules::case::intake::register;
use rules::codes::Uscc;
use rules::ids::{CaseId, FileId, Id, Locality, OrganId, PersonId, SubmissionId, UnitId};
use rules::law::{Demand, Kind};
use rules::money::Fen;
use rules::pack::{Pack, UnitKind};
use rules::time::Instant;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::arrangement::{Absence, Arrangement, Owner, Phrase};
use store::cases::Loaded;
use store::engine::{Arg, Sql, Tx};
use store::files::Files;
use store::personal::{Envelope, Random, hex, random};
use store::register::{self, Business};
use store::registry::{self, Directory, Left, Organ, Person, RegistryEvent, Unit, View};
use store::scope::{Reason, Scope};
use store::seal::{Keyring, Suite};
use store::sessions::Session;
use store::submissions::{self, Evidence, SubmissionEvent};
use store::supervision::Inspected;
use store::testing::TestDb;
use store::{access_log, cases, numbers, personal, projection, search, sequencer};

pub const LOCALITIES: [Locality; 2] = [Locality(110_101), Locality(990_202)];

/// Randomness that can be repeated (splitmix64).
#[derive(Clone, Debug)]
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
    pub fn id(&mut self, now: Instant) -> Id {
        Id::v7(now, random(self))
    }
}

impl Random for Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let bytes = self.next().to_be_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Clerk,
    Officer,
    Lead,
    SecondOfficer,
    FarOfficer,
    Supervisor,
    Security,
    System,
}

/// One locality.
#[derive(Debug)]
pub struct Place {
    pub locality: Locality,
    pub centre: Seat,
    pub office: Seat,
    pub second_office: Seat,
    pub far_office: Seat,
    pub people: BTreeMap<Who, PersonId>,
    pub pack: Pack,
    pub directory: Directory,
}

impl Place {
    pub fn system(&self) -> Scope {
        Scope::system(self.locality, Reason::Setup)
    }

    pub fn scope(&self, who: Who) -> Scope {
        let Some(person) = self.people.get(&who) else { return self.system() };
        let session = Session { locality: self.locality, person: *person, seen_at: Instant(0) };
        session.scopes(&self.directory).remove(0)
    }
}

pub struct World {
    pub db: TestDb,
    pub keyring: Arc<Keyring>,
    pub files: Files,
    pub rng: Seeded,
    pub now: Instant,
    pub places: Vec<Arc<Place>>,
    pub cases: Vec<(usize, CaseId)>,
    pub submissions: Vec<(usize, SubmissionId)>,
}

/// What comes in.
pub struct Coming {
    pub kinds: &'static [Kind],
    pub historical: bool,
    pub anonymous: bool,
    pub files: usize,
}

impl Coming {
    pub fn of(kinds: &'static [Kind]) -> Self {
        Self { kinds, historical: false, anonymous: false, files: 0 }
    }
}

fn pack_text(id: &str) -> String {
    std::fs::read_to_string(format!("{}/../../data/packs/{id}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn packs() -> Vec<String> {
    let dir = std::fs::read_dir(format!("{}/../../data/packs", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let names = dir.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut ids: Vec<String> =
        names.filter_map(|n| n.strip_suffix(".toml").map(str::to_owned)).filter(|n| n != "national" && !n.starts_with("demo")).collect();
    ids.sort();
    ids
}

pub fn pack(id: &str) -> Pack {
    rules::pack::parse(id, &pack_text(id), |base| Some(pack(base))).unwrap()
}

impl World {
    /// Two localities with their registries and nothing else.
    pub async fn empty(db: TestDb, seed: u64) -> Self {
        let keyring = Arc::new(Keyring::open(&db.dir().join("keys"), Suite::default()).unwrap());
        let files = Files::open(&db.dir().join("files")).unwrap();
        // 2026-05-06 09:00 in Shanghai.
        let now = Instant(1_778_029_200_000_000);
        let mut world = Self { db, keyring, files, rng: Seeded(seed), now, places: vec![], cases: vec![], submissions: vec![] };
        for (n, locality) in LOCALITIES.into_iter().enumerate() {
            let place = world.found(n, locality).await;
            world.places.push(Arc::new(place));
        }
        world
    }

    async fn found(&mut self, n: usize, locality: Locality) -> Place {
        let now = self.now;
        let id = |rng: &mut Seeded| rng.id(now);
        let registry = id(&mut self.rng);
        let (county, other) = (OrganId(id(&mut self.rng)), OrganId(id(&mut self.rng)));
        let seats: Vec<Seat> =
            [county, county, county, other].into_iter().map(|organ| Seat { unit: UnitId(id(&mut self.rng)), organ }).collect();
        let pack_id = packs()[n % packs().len()].clone();
        let from = self.now.date();
        let before = rules::time::date_from_days(rules::time::days_of(from) - 400);
        let mut events = vec![RegistryEvent::LocalityOpened { name: format!("第{n}区"), name_en: format!("District {n}") }];
        for (day, version) in [(before, 1), (from, 2)] {
            let texts = vec![pack_text("national"), pack_text(&pack_id)];
            events.push(RegistryEvent::PackSet { from: day, pack_id: pack_id.clone(), version, texts });
        }
        for (organ, code, parent) in [(county, "bureau", None), (other, "branch", Some(county))] {
            let intake_unit = (organ == county).then_some(seats[0].unit);
            let organ = Organ {
                id: organ,
                code: code.into(),
                name: format!("{n}区{code}"),
                short: format!("{n}市监"),
                parent,
                intake_unit,
                market_regulator: true,
            };
            events.push(RegistryEvent::OrganSet { from: before, organ });
        }
        let kinds = [UnitKind::Centre, UnitKind::Office, UnitKind::Office, UnitKind::Office];
        for (i, (seat, kind)) in seats.iter().zip(kinds).enumerate() {
            let unit = Unit {
                id: seat.unit,
                organ: seat.organ,
                parent: (i > 0).then_some(seats[0].unit),
                code: format!("u{i}"),
                kind,
                name: format!("第{i}所"),
                phone: format!("0579-8200000{i}"),
                address: format!("中山路{i}号"),
                closed: false,
                merged_into: None,
                why: String::new(),
            };
            events.push(RegistryEvent::UnitSet { from: before, unit: unit.clone() });
            if i == 2 {
                events.push(RegistryEvent::UnitSet { from, unit: Unit { name: "第二所（新）".into(), ..unit } });
            }
        }
        let staff = [
            (Who::Clerk, Role::Clerk, 0),
            (Who::Officer, Role::Officer, 1),
            (Who::Lead, Role::Lead, 1),
            (Who::SecondOfficer, Role::Officer, 2),
            (Who::FarOfficer, Role::Officer, 3),
            (Who::Supervisor, Role::Supervisor, 0),
            (Who::Security, Role::SecurityAdmin, 0),
        ];
        let mut people = BTreeMap::new();
        for (who, role, seat) in staff {
            let person = PersonId(id(&mut self.rng));
            people.insert(who, person);
            let record = Person { id: person, login: format!("{who:?}{n}").to_lowercase(), name: format!("{who:?}"), active: true };
            events.push(RegistryEvent::PersonSet { person: record });
            events.push(RegistryEvent::RoleGiven { person, role, unit: seats[seat].unit });
        }
        let (officer, supervisor) = (people[&Who::SecondOfficer], people[&Who::Supervisor]);
        events.push(RegistryEvent::RoleGiven { person: officer, role: Role::Lead, unit: seats[2].unit });
        events.push(RegistryEvent::RoleTaken { person: officer, role: Role::Lead, unit: seats[2].unit });
        events.push(RegistryEvent::PersonSet {
            person: Person { id: supervisor, login: format!("leader{n}"), name: "督导".into(), active: true },
        });
        let absence = Absence { person: people[&Who::Lead], unit: seats[1].unit, deputy: people[&Who::Officer], from, through: from };
        let phrase = |name: &str| Phrase { owner: Owner::All, name: name.into(), text: "您好，{name}".into() };
        let arranged = [Arrangement::Absence(absence), Arrangement::Phrase(phrase("问候")), Arrangement::Phrase(phrase("再见"))];
        let ids = [(); 3].map(|()| id(&mut self.rng));
        events.extend(ids.into_iter().zip(arranged).map(|(id, arrangement)| RegistryEvent::Arranged { id, arrangement }));
        events.push(RegistryEvent::ArrangementEnded { id: ids[2] });
        events.push(RegistryEvent::NoticeLoaded { year: 2027, text: format!("# notice {n}") });
        let (clerk, unit) = (people[&Who::Clerk], seats[0].unit);
        let view = |rng: &mut Seeded, name: &str, shared| View {
            id: id(rng),
            owner: clerk,
            unit,
            shared,
            name: name.into(),
            query: "kind=complaint&sort=newest".into(),
        };
        let views = [view(&mut self.rng, "今天的投诉", true), view(&mut self.rng, "大额", false), view(&mut self.rng, "旧的", false)];
        events.push(RegistryEvent::ViewGone { id: views[2].id });
        events.splice(events.len() - 1..events.len() - 1, views.map(|view| RegistryEvent::ViewSet { view }));
        let left = vec![Left { case: CaseId(id(&mut self.rng)), who: "clerk".into(), why: "late_in_day".into() }];
        events.push(RegistryEvent::DayChecked { unit, on: from, open: 1, left });
        let found = Inspected { undispatched: 1, soon: 2, late: 3, steps: vec![2, 1], missed: vec![self.now] };
        events.push(RegistryEvent::Inspected { organ: seats[0].organ, at: self.now, found });
        let scope = Scope::system(locality, Reason::Setup);
        let secrets: Vec<(PersonId, String)> = people.values().map(|p| (*p, format!("$argon2id$v=19$m=19456,t=2,p=1${p}"))).collect();
        let at = self.now;
        self.db
            .write(async move |tx: &mut Tx| {
                registry::append(tx, &scope, registry, &events, None, at).await?;
                for (uscc, name) in [("91330100799655058B", "某某有限公司"), ("914403001922038216", "另一家商店")] {
                    let business = Business {
                        uscc: Uscc::parse(uscc).unwrap(),
                        name: name.to_owned(),
                        aliases: vec![format!("{name}分店")],
                        address: "某路1号".into(),
                        division: locality.to_string(),
                        kind: "个体工商户".into(),
                        closed: false,
                    };
                    register::set(tx, &scope, &business, at.date(), at).await?;
                    register::set(tx, &scope, &Business { closed: name.starts_with('另'), ..business }, at.date(), at).await?;
                }
                undertake(tx, &scope, unit, secrets[0].0, at).await?;
                for (person, secret) in &secrets {
                    let digest = registry::credential_digest(secret);
                    let set = [RegistryEvent::CredentialSet { person: *person, digest }];
                    registry::append(tx, &scope, registry, &set, Some(secret), at).await?;
                }
                for (n, (person, _)) in secrets.iter().take(3).enumerate() {
                    let (sealed, person) = (format!("sealed{n}"), *person);
                    let digest = registry::credential_digest(&sealed);
                    let codes = vec![format!("{n:032x}"), "ff".repeat(16)];
                    let set = [RegistryEvent::SecondStepSet { person, digest, codes, used: n == 1 }];
                    registry::append(tx, &scope, registry, &set, Some(&sealed), at).await?;
                    if n == 2 {
                        registry::append(tx, &scope, registry, &[RegistryEvent::SecondStepGone { person }], None, at).await?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
        let mut db = self.db.read().await.unwrap();
        let directory = Directory::load(&mut db, &Scope::system(locality, Reason::Setup), from).await.unwrap();
        let (centre, office, second_office, far_office) = (seats[0], seats[1], seats[2], seats[3]);
        Place { locality, centre, office, second_office, far_office, people, pack: pack(&pack_id), directory }
    }

    pub fn later(&mut self, minutes: i64) -> &mut Self {
        self.now = self.now.plus_minutes(minutes);
        self
    }

    /// A submission with its cases, each received by the organ unless it is historical.
    pub async fn submit(&mut self, p: usize, coming: &Coming) -> Vec<CaseId> {
        self.later(7);
        let (now, place) = (self.now, self.places[p].clone());
        let locality = place.locality;
        let id = SubmissionId(self.rng.id(now));
        let n = self.submissions.len();
        let mut batch: Vec<(Sql, Vec<Arg<'static>>)> = Vec::new();
        let received = if coming.historical { None } else { Some(now.plus_minutes(-3)) };
        let files = if coming.files == 0 {
            vec![]
        } else {
            let mut envelope = Envelope::new(&self.keyring, locality, id.0, &mut self.rng);
            let files = self.evidence(coming.files, &mut envelope).await;
            batch.extend(envelope.statements());
            files
        };
        let mut ids = Vec::new();
        let mut created = Vec::new();
        for (i, kind) in coming.kinds.iter().enumerate() {
            let case = CaseId(self.rng.id(now));
            let mut envelope = Envelope::new(&self.keyring, locality, case.0, &mut self.rng);
            let (registration, plain) = self.registration(n * 4 + i, id, *kind, coming, received, &files, &mut envelope);
            let mut facts = vec![(register(registration.clone(), Calendar::builtin(), &place.pack), received.unwrap_or(now))];
            if coming.historical {
                let answer = envelope.seal("answer", &format!("已答复第{n}件"), &mut self.rng);
                facts.push((Fact { event: Event::Answered { answer, channel: None }, clocks: vec![] }, now.plus_minutes(-60 * 24 * 90)));
            } else {
                // Three receipts at three times: platform, organ, and the desk when it opens the case.
                let at = now.plus_minutes(-1);
                let state = rules::case::Case::register(registration, &facts[0].0.clocks);
                let context =
                    Context { now, effective: at, actor: Actor::System, calendar: Calendar::builtin(), pack: &place.pack, number: None };
                let received = decide(&state, &Command::Receive { seat: place.centre, at }, &context).unwrap();
                facts.extend(received.into_iter().map(|f| (f, at)));
            }
            batch.extend(envelope.statements());
            let folded = projection::search_text(&plain);
            let blind = projection::blind(&self.keyring, &plain);
            created.push((case, facts));
            batch.extend(projection::insert(locality, case, &plain, &blind, folded));
            ids.push(case);
        }
        let key = submissions::intake_key(locality, "web", "", &format!("nonce{n}"));
        let event = SubmissionEvent::Received {
            receipt: format!("R{n:05}-{p}"),
            code: (!n.is_multiple_of(3)).then(|| hex(&[n as u8; 32])),
            channel: if coming.historical { "file".into() } else { "web".into() },
            series: coming.historical.then(|| "letters".into()),
            external_id: coming.historical.then(|| format!("{n}")),
            key: hex(&key),
            body: hex(&[n as u8 ^ 0x5a; 32]),
            received_at: received,
            cases: ids.clone(),
            files,
        };
        let scope = place.system();
        self.db
            .write(async move |tx: &mut Tx| {
                let mut all = submissions::create(locality, id, &event, scope.by(), now)?.1;
                for (case, facts) in &created {
                    all.extend(cases::create(locality, *case, facts, scope.by(), now)?.1);
                }
                all.extend(batch.clone());
                tx.batch(all).await.map(|_| ())
            })
            .await
            .unwrap();
        self.submissions.push((p, id));
        self.cases.extend(ids.iter().map(|c| (p, *c)));
        ids
    }

    async fn evidence(&mut self, count: usize, envelope: &mut Envelope) -> Vec<Evidence> {
        let mut out = Vec::new();
        for n in 0..count {
            let id = FileId(self.rng.id(self.now));
            let mut upload = self.files.begin(id, envelope.key(), random(&mut self.rng), 1 << 20).await.unwrap();
            upload.write(format!("picture {n} of {id}").as_bytes()).await.unwrap();
            let stored = upload.finish().await.unwrap();
            out.push(Evidence {
                id,
                name: envelope.seal("file_name", &format!("凭证{n}.jpg"), &mut self.rng),
                media_type: if n % 2 == 0 { "image/jpeg".into() } else { "application/pdf".into() },
                size: stored.size as i64,
                plain_sha256: hex(&stored.sha256),
                sealed_sha256: hex(&stored.sealed_sha256),
            });
        }
        out
    }

    #[expect(clippy::too_many_arguments, reason = "a test's fixture")]
    fn registration(
        &mut self,
        n: usize,
        submission: SubmissionId,
        kind: Kind,
        coming: &Coming,
        platform_at: Option<Instant>,
        files: &[Evidence],
        envelope: &mut Envelope,
    ) -> (Registration, projection::Plain) {
        let rng = &mut self.rng;
        let named = !coming.anonymous;
        let text = |t: String| if named { t } else { String::new() };
        let plain = projection::Plain {
            number: format!("26-{n:06}"),
            title: if coming.historical { format!("关于第{n}件事的来信") } else { String::new() },
            narrative: format!("第{n}次购买的商品有问题，要求退货，𬭎 '\"%_"),
            respondent_name: format!("某某超市{}", n % 5),
            respondent_address: format!("人民路{n}号"),
            name: text(format!("张三{n}")),
            phone: text(format!("138{:08}", 12_345_678 + n)),
            id_number: if n.is_multiple_of(2) { text(format!("11010119900307{n:04}")) } else { String::new() },
        };
        let registration = Registration {
            submission,
            kind,
            number: plain.number.clone(),
            token: format!("tok{n:05}"),
            channel: if coming.historical { "file:letters".into() } else { "web".into() },
            external_id: coming.historical.then(|| format!("{n}")),
            platform_at,
            historical: coming.historical,
            anonymous: coming.anonymous,
            submitter: Submitter {
                name: envelope.seal_opt("name", &plain.name, rng),
                phone: envelope.seal_opt("phone", &plain.phone, rng),
                address: envelope.seal_opt("address", &text(format!("人民路{n}号")), rng),
                id_number: envelope.seal_opt("id_number", &plain.id_number, rng),
            },
            respondent: Respondent {
                name: plain.respondent_name.clone(),
                address: plain.respondent_address.clone(),
                uscc: None,
                phone: envelope.seal_opt("respondent_phone", "0579-82345678", rng),
            },
            title: envelope.seal_opt("title", &plain.title, rng),
            narrative: envelope.seal_opt("narrative", &plain.narrative, rng),
            demands: if kind == Kind::Complaint { vec![Demand::Refund, Demand::Compensation] } else { vec![] },
            amount: (!n.is_multiple_of(3)).then_some(Fen(12_345 + n as i64)),
            knew_on: None,
            publish: n.is_multiple_of(2),
            entrust: false,
            files: files.iter().map(|f| f.id).collect(),
            taken_from: None,
            details: rules::case::details::Details::default(),
        };
        (registration, plain)
    }

    pub async fn loaded(&self, p: usize, id: CaseId) -> Loaded {
        let mut db = self.db.read().await.unwrap();
        cases::load(&mut db, &self.places[p].system(), id).await.unwrap().unwrap()
    }

    /// Somebody acts on a case, as a use case would do it. Some minutes pass; what is entered took effect two minutes before.
    pub async fn act(&mut self, p: usize, id: CaseId, who: Who, make: impl FnOnce(&mut Envelope, &mut Seeded, Instant) -> Command) {
        self.later(11);
        let (now, place, keyring) = (self.now, self.places[p].clone(), self.keyring.clone());
        let effective = now.plus_minutes(-2);
        let locality = place.locality;
        let loaded = self.loaded(p, id).await;
        let mut db = self.db.read().await.unwrap();
        let mut envelope = Envelope::load(&mut db, &keyring, locality, id.0).await.unwrap();
        let command = make(&mut envelope, &mut self.rng, effective);
        let mut after = loaded.case.clone();
        // What changes the text of search, as far as it can be foreseen: a decision without a number is enough for that.
        let context = Context {
            now,
            effective,
            actor: place.scope(who).actor(),
            calendar: Calendar::builtin(),
            pack: &place.pack,
            number: Some("x"),
        };
        let stamp = Stamp { recorded_at: now, effective_at: effective, actor: None };
        let facts =
            decide(&loaded.case, &command, &context).unwrap_or_else(|why| panic!("{command:?}: {why:?} at {:?}", loaded.case.stage()));
        let erased = facts.iter().any(|f| matches!(f.event, Event::Erased { .. }));
        for fact in &facts {
            after = after.evolve(stamp, fact);
        }
        let mut plain = std::collections::HashMap::new();
        for sealed in [&after.registration.title, &after.registration.narrative].into_iter().flatten() {
            plain.insert(sealed.clone(), envelope.open(&mut db, sealed).await.unwrap());
        }
        drop(db);
        let folded = projection::search_text(&projection::plain(&after, |s| plain.get(s).cloned()));
        let statements = envelope.statements();
        self.db
            .write(async move |tx: &mut Tx| {
                let loaded = cases::load(tx, &place.system(), id).await?.ok_or(store::engine::Error::NotFound("case"))?;
                let number = match (command.paper(&loaded.case), loaded.case.seat) {
                    (Some(form), Some(seat)) => {
                        let n = numbers::next(tx, locality, seat.organ, form, effective.date().year()).await?;
                        Some(format!("市监{}第{n}号", form.code()))
                    }
                    _ => None,
                };
                let scope = place.scope(who);
                let context = Context {
                    now,
                    effective,
                    actor: scope.actor(),
                    calendar: Calendar::builtin(),
                    pack: &place.pack,
                    number: number.as_deref(),
                };
                let facts = decide(&loaded.case, &command, &context).map_err(|why| store::engine::Error::internal(format!("{why:?}")))?;
                cases::append(tx, &loaded, facts, scope.by(), now, effective).await?;
                tx.batch(statements.clone()).await?;
                if erased {
                    tx.batch(personal::erase_statements(locality, id)).await?;
                    search::remove(tx, locality, id).await
                } else {
                    search::replace(tx, locality, id, &folded).await
                }
            })
            .await
            .unwrap();
    }

    /// A case taken out of another: a clue found in mediation.
    pub async fn spawn(&mut self, p: usize, from: CaseId) -> CaseId {
        self.later(1);
        let (now, place) = (self.now, self.places[p].clone());
        let id = CaseId(self.rng.id(now));
        let mut envelope = Envelope::new(&self.keyring, place.locality, id.0, &mut self.rng);
        let n = 900 + self.cases.len();
        let coming = Coming { anonymous: true, ..Coming::of(&[]) };
        let (mut registration, plain) = self.registration(n, SubmissionId(id.0), Kind::Report, &coming, Some(now), &[], &mut envelope);
        registration.taken_from = Some(Origin::Clue(from));
        let facts = [(register(registration, Calendar::builtin(), &place.pack), now)];
        let mut batch = cases::create(place.locality, id, &facts, place.system().by(), now).unwrap().1;
        batch.extend(envelope.statements());
        let blind = projection::blind(&self.keyring, &plain);
        batch.extend(projection::insert(place.locality, id, &plain, &blind, projection::search_text(&plain)));
        self.db.write(async move |tx: &mut Tx| tx.batch(batch.clone()).await.map(|_| ())).await.unwrap();
        self.cases.push((p, id));
        id
    }

    pub async fn change_submission(&mut self, n: usize, event: SubmissionEvent) {
        self.later(2);
        let (now, (p, id)) = (self.now, self.submissions[n]);
        let place = self.places[p].clone();
        let erased = event == SubmissionEvent::Erased;
        self.db
            .write(async move |tx: &mut Tx| {
                let scope = place.system();
                let submission = submissions::load(tx, &scope, id).await?.ok_or(store::engine::Error::NotFound("submission"))?;
                submissions::append(tx, &submission, &event, scope.by(), now).await?;
                if erased {
                    tx.batch(personal::erase_statements(place.locality, CaseId(id.0))).await?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }

    pub async fn read_by(&mut self, p: usize, who: Who, case: CaseId, fields: &'static str) {
        self.later(1);
        let (now, scope) = (self.now, self.places[p].scope(who));
        self.db.write(async move |tx: &mut Tx| access_log::note(tx, &scope, case, fields, "handling", now).await).await.unwrap();
    }

    pub async fn read_by_submitter(&mut self, n: usize, case: CaseId) {
        self.later(1);
        let now = self.now;
        let receipt = {
            let mut db = self.db.read().await.unwrap();
            let rows = self.db.rows(format!("SELECT receipt FROM submission ORDER BY receipt LIMIT {}", n + 1)).await;
            let number: String = rows[n].get(0).unwrap();
            submissions::by_receipt(&mut db, &number).await.unwrap().unwrap()
        };
        let keyed = [n as u8; 32];
        let Some(scope) = receipt.open_by_code(&keyed) else { return };
        self.db.write(async move |tx: &mut Tx| access_log::note(tx, &scope, case, "narrative", "tracking", now).await).await.unwrap();
    }

    pub async fn sequence(&mut self, limit: i64) -> u64 {
        self.later(1);
        let (now, keyring) = (self.now, self.keyring.clone());
        self.db.write(async move |tx: &mut Tx| sequencer::run(tx, &keyring, now, limit).await).await.unwrap()
    }

    pub async fn index(&mut self, most: usize) {
        self.db.write(async move |tx: &mut Tx| search::index_pending(tx, most).await).await.unwrap();
    }

    pub async fn verify(&self) -> store::verify::Report {
        store::verify::run(self.db.db(), &self.keyring, Some(&self.files), &mut |_| {}).await.unwrap()
    }

    pub async fn assert_whole(&self) -> store::verify::Counts {
        let report = self.verify().await;
        let lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert!(report.is_whole(), "{}", lines.join("\n"));
        report.counts
    }
}

/// A meeting with a case and a decision, and a check that is over: every column of what leaders start has a value.
async fn undertake(tx: &mut Tx, scope: &Scope, unit: UnitId, owner: PersonId, at: Instant) -> store::engine::Result<()> {
    use rules::undertaking::{Event, Mechanism, Opened, Taken, Task};
    for (n, kind) in [(1u8, Mechanism::Meeting), (2, Mechanism::Topic)] {
        let opened = Opened {
            kind,
            title: format!("第{n}次"),
            about: String::new(),
            from: at.date(),
            until: Some(at.date()),
            owner,
            units: vec![unit],
            draw: None,
            rule: None,
        };
        let id = Id([200 + n; 16]);
        let task = Task { id: Id([210 + n; 16]), what: "逐件核对".into(), unit, case: None, due: at.date(), order: None };
        let events = [
            Event::UndertakingOpened(Box::new(opened)),
            Event::CasesTaken { cases: vec![Taken { case: CaseId(Id([220; 16])), unit: Some(unit), handler: None }] },
            Event::TaskSet(task),
        ];
        let made = store::undertakings::append(tx, scope, id, None, &events, at).await?;
        if kind == Mechanism::Topic {
            store::undertakings::append(tx, scope, id, Some(&made), &[Event::UndertakingClosed { report: "已了结".into() }], at).await?;
        }
    }
    Ok(())
}
