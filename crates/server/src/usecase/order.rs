//! From a form to a command: which fields each action takes, in one place for the page that asks and the program that reads. Free text is
//! sealed on the way.

use super::fields::{Fields, Reader};
use super::{Answer, Denied};
use crate::app::World;
use rules::access::Role;
use rules::case::command::{Action, Command};
use rules::case::event::{Consent, Correction, Matter, Mode, Outcome, Proposal, Respondent, Sealed, Seat};
use rules::case::handling::possible_outcomes;
use rules::case::{Case, Decision};
use rules::clock::ClockName;
use rules::ids::{CaseId, FileId, GroupId, Id, PersonId, UnitId};
use rules::law::{Body, Channel, Conduct, Factor, Ground, Kind, Level, NotFiling, Party, Regime, TellBy, Termination};
use rules::leniency::{self, Unmet};
use rules::money::Fen;
use rules::pack::Pack;
use rules::time::Instant;
use store::personal::Envelope;

/// Longest reason, answer or note, characters.
pub const MAX_TEXT: usize = 5_000;

/// A field of an action's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Name in the form; its label is `field-<name>`.
    pub name: &'static str,
    /// How it is asked.
    pub ask: Ask,
    /// Whether it must be given.
    pub required: bool,
}

/// How a field is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Several lines.
    Text,
    /// One line.
    Line,
    /// One of a list of codes; the family names their translations.
    One(&'static str, Vec<&'static str>),
    /// Any of a list of codes.
    Any(&'static str, Vec<&'static str>),
    /// Money.
    Money,
    /// A day.
    Day,
    /// A moment; empty means now.
    Moment,
    /// A box to tick.
    Tick,
    /// A unit the case may be sent to.
    Unit,
    /// A person of the unit.
    Colleague,
    /// A period an order may give, by the pack.
    Span,
    /// Another case, by its number.
    OtherCase,
    /// A file of the case.
    File,
    /// Any files of the case.
    Files,
    /// A grade of dissatisfaction of the pack.
    Grade,
    /// A line of the leniency list, with those of its conditions that hold.
    Lenient,
}

pub(super) fn spec(name: &'static str, ask: Ask, required: bool) -> Spec {
    Spec { name, ask, required }
}

pub(super) fn one<T: Copy>(family: &'static str, all: &[T], code: impl Fn(T) -> &'static str) -> Ask {
    Ask::One(family, all.iter().map(|t| code(*t)).collect())
}

/// The fields of an action on a case. Every action also takes `effective`, when it was done.
#[must_use]
pub fn specs(action: Action, case: &Case) -> Vec<Spec> {
    let regime = case.regime.unwrap_or(Regime::None);
    let reason = || spec("reason", Ask::Text, true);
    let party = || spec("party", one("party", Party::ALL, Party::code), true);
    match action {
        Action::Receive => vec![spec("at", Ask::Moment, false)],
        Action::Send => vec![
            spec("to", Ask::Unit, true),
            spec("to_other", Ask::Line, false),
            spec("basis", one("basis", rules::jurisdiction::Basis::ALL, rules::jurisdiction::Basis::code), true),
            spec("note", Ask::Text, false),
        ],
        Action::TakeBack | Action::Return | Action::Urgent => vec![reason()],
        Action::Assign => vec![spec("handler", Ask::Colleague, true)],
        Action::Reclassify => {
            let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|k| *k != case.kind).collect();
            vec![spec("kind", one("kind", &kinds, Kind::code), true), reason()]
        }
        Action::Narrow => vec![spec("narrative", Ask::Text, true)],
        Action::AskIdentity => vec![spec("by", Ask::Day, true), spec("materials", Ask::Text, true)],
        Action::Refuse => vec![
            spec("ground", one("ground", Ground::of(regime), Ground::code), true),
            spec("body", one("body", Body::ALL, Body::code), false),
            spec("factor", Ask::Any("factor", Factor::ALL.iter().map(|f| f.code()).collect()), false),
            reason(),
            spec("handed_to", Ask::Line, false),
        ],
        Action::Tell => {
            let matters: Vec<Matter> = matters(case);
            let by = spec("method", one("method", TellBy::ALL, TellBy::code), true);
            vec![spec("matter", one("matter", &matters, Matter::code), true), party(), by, spec("proof", Ask::Text, false)]
        }
        Action::Consent => vec![
            party(),
            spec("consent", one("consent", Consent::ALL, Consent::code), true),
            spec("given", Ask::One("given", vec!["yes", "no"]), true),
        ],
        Action::Mediate => vec![spec("mode", one("mode", Mode::ALL, Mode::code), true), spec("entrusted_to", Ask::Line, false)],
        Action::AskRecusal => vec![party(), reason()],
        Action::DecideRecusal => vec![spec("granted", Ask::One("granted", vec!["yes", "no"]), true)],
        Action::TestingOut => vec![spec("institution", Ask::Line, true), spec("on", Ask::Day, true)],
        Action::TestingBack => vec![spec("on", Ask::Day, true), spec("result", Ask::Text, true)],
        Action::Agree => {
            vec![spec("terms", Ask::Text, true), spec("amount", Ask::Money, false), spec("performed", Ask::Tick, false)]
        }
        Action::Terminate => vec![
            spec("termination", one("termination", Termination::of(regime), Termination::code), true),
            spec("party", one("party", Party::ALL, Party::code), false),
            spec("conduct", Ask::One("conduct", vec!["absent", "refuses"]), false),
            reason(),
        ],
        Action::FindClue => vec![spec("what", Ask::Text, true)],
        Action::Verify => vec![spec("note", Ask::Text, false)],
        Action::Note => vec![spec("note", Ask::Text, true), spec("private", Ask::Tick, false)],
        Action::Propose if case.kind == Kind::Complaint => {
            let refusing = case.decision.is_none();
            let mut out = if refusing { specs(Action::Refuse, case) } else { specs(Action::Terminate, case) };
            out.insert(0, spec("proposal", Ask::One("proposal", vec![if refusing { "refuse" } else { "terminate" }]), true));
            out
        }
        Action::Propose => vec![
            spec("proposal", Ask::One("proposal", vec!["file", "not_file", "extend"]), true),
            spec("not_filing", one("not_filing", NotFiling::ALL, NotFiling::code), false),
            spec("leniency", Ask::Lenient, false),
            reason(),
        ],
        Action::Decide => {
            vec![spec("approved", Ask::One("approved", vec!["yes", "no"]), true), spec("reason", Ask::Text, false)]
        }
        Action::SendElsewhere => {
            vec![spec("department", Ask::Line, true), spec("handed_over", Ask::Tick, false), reason()]
        }
        Action::Duplicate => vec![
            spec("of", Ask::OtherCase, true),
            spec("same_reporter", Ask::Tick, true),
            spec("same_respondent", Ask::Tick, true),
            spec("nothing_new", Ask::Tick, true),
        ],
        Action::Supplement => vec![spec("at", Ask::Moment, true), spec("by_case", Ask::OtherCase, false)],
        Action::Dispute => vec![spec("with", Ask::Line, true), reason()],
        Action::SettleDispute => vec![spec("ours", Ask::One("ours", vec!["yes", "no"]), true)],
        Action::Answer => vec![
            spec("answer", Ask::Text, true),
            spec("channel", one("proper_channel", Channel::ALL, Channel::code), false),
            spec("method", one("method", TellBy::ALL, TellBy::code), false),
            spec("proof", Ask::Text, false),
        ],
        Action::AddEvidence => vec![spec("note", Ask::Text, false)],
        Action::Withdraw => vec![spec("reason", Ask::Text, false), spec("settled", Ask::Tick, false)],
        Action::Close => vec![
            spec("outcome", one("outcome", &possible_outcomes(case), Outcome::code), true),
            spec("level", one("level", Level::ALL, Level::code), false),
            spec("recovered", Ask::Money, false),
            spec("untrue", Ask::Tick, false),
            spec("summary", Ask::Text, false),
        ],
        Action::Correct => {
            let mut all = vec![
                spec("correction", Ask::One("correction", corrections(case)), true),
                spec("at", Ask::Moment, false),
                spec("knew_on", Ask::Day, false),
                spec("respondent_name", Ask::Line, false),
                spec("respondent_address", Ask::Line, false),
                spec("uscc", Ask::Line, false),
                spec("amount", Ask::Money, false),
                reason(),
            ];
            all.retain(|s| s.name != "knew_on" || case.kind == Kind::Complaint);
            all
        }
        Action::Merge => vec![spec("into", Ask::OtherCase, true)],
        Action::Open
        | Action::ProveIdentity
        | Action::Accept
        | Action::Unmerge
        | Action::Erase
        | Action::Lapse
        | Action::LoadCalendar
        | Action::LoadPack
        | Action::ImportUndo => Vec::new(),
        Action::Order | Action::AnswerOrder | Action::SettleOrder => super::supervise::specs(action),
        _ => super::care::specs(action, case),
    }
}

/// What may be put right in a case of this kind.
fn corrections(case: &Case) -> Vec<&'static str> {
    let all = ["organ_receipt", "respondent", "amount", "knew_on", "recovered"].into_iter();
    all.filter(|c| *c != "knew_on" || case.kind == Kind::Complaint).collect()
}

/// People of a unit who may be given a case: those who handle cases there, except whoever has it.
#[must_use]
pub fn colleagues(world: &World, unit: UnitId, case: &Case) -> Vec<PersonId> {
    let handles = |g: &store::scope::Grant| g.unit == unit && matches!(g.role, Role::Officer | Role::Lead);
    let people = world.directory.roles.iter().filter(|(_, g)| handles(g)).map(|(p, _)| *p);
    let mut out: Vec<PersonId> = people.filter(|p| world.directory.people.get(p).is_some_and(|p| p.active)).collect();
    out.retain(|p| case.handler != Some(*p));
    out.sort_unstable();
    out.dedup();
    out
}

/// What a moment typed in minutes means: the present minute is now, and a minute in which something is known to have happened to the case
/// is not before it — whoever types the minute of the receipt does not mean seconds before it.
#[must_use]
pub fn meant(typed: Instant, case: &Case, now: Instant) -> Instant {
    const MINUTE: i64 = 60_000_000;
    let within = |at: &Instant| (typed.0..typed.0 + MINUTE).contains(&at.0);
    if typed.0.rem_euclid(MINUTE) != 0 {
        return typed;
    }
    if within(&now) {
        return now;
    }
    let decided = case.decision.map(|d| match d {
        Decision::Accepted(at) | Decision::Refused(_, at) => at,
    });
    let known = [case.registration.platform_at, case.organ_at, case.desk_at, decided].into_iter().flatten();
    let known = known.chain(case.clocks.iter().map(|c| c.start)).chain(case.told.values().copied());
    known.filter(within).max().unwrap_or(typed)
}

/// What may be told now: the duties first, then the rest.
#[must_use]
pub fn matters(case: &Case) -> Vec<Matter> {
    let mut out: Vec<Matter> = case.untold().into_iter().map(|(m, _)| m).collect();
    if matches!(case.identity, rules::case::Identity::Asked(_)) {
        out.push(Matter::IdentityNotice);
    }
    if matches!(case.settlement, Some(rules::case::Settlement::Agreed(_))) {
        out.push(Matter::Agreement);
    }
    if case.feedback {
        out.push(Matter::Result);
    }
    if case.filed.is_some() {
        out.push(Matter::Filing);
    }
    out.push(Matter::Contact);
    out.dedup();
    out
}

/// What reading a command needs besides the form.
#[derive(Debug)]
pub struct About<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its locality.
    pub world: &'a World,
    /// Now.
    pub now: Instant,
    /// Whoever asks, as the rules see them.
    pub actor: rules::access::Actor,
    /// Whoever asks.
    pub who: Option<(PersonId, UnitId)>,
    /// The other case named in the form, found by its number within the asker's scope.
    pub other: Option<Other>,
    /// The files of the case.
    pub files: Vec<FileId>,
}

/// Another case that a form names.
#[derive(Clone, Copy, Debug)]
pub struct Other {
    /// Its id.
    pub id: CaseId,
    /// Its kind.
    pub kind: Kind,
    /// Whether the same person submitted it.
    pub same_person: bool,
    /// The group it belongs to.
    pub group: Option<GroupId>,
    /// Whether it is over.
    pub over: bool,
    /// Whether it is merged into another itself.
    pub merged: bool,
}

pub(super) fn yes(s: &str) -> Option<bool> {
    match s {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

impl About<'_> {
    /// A moment of a form, as it was meant.
    pub fn moment(&self, r: &mut Reader<'_>, name: &str) -> Option<Instant> {
        r.moment(name).map(|typed| meant(typed, self.case, self.now))
    }
}

/// Reads a command from a form, sealing its free text into the envelope.
///
/// # Errors
/// Everything that is missing or impossible, field by field.
pub fn command(action: Action, fields: &Fields, about: &About<'_>, envelope: &mut Envelope) -> Answer<Command> {
    let mut r = Reader::new(fields);
    let case = about.case;
    let command = match action {
        Action::Receive => {
            let at = about.moment(&mut r, "at");
            let seat = about.who.and_then(|(_, unit)| seat_of(about.world, unit));
            seat.map(|seat| Command::Receive { seat, at: at.unwrap_or(Instant(i64::MIN)) })
        }
        Action::Send => {
            let named = r.line("to_other", 100);
            let to = if named.is_empty() {
                r.need_code("to", |s| Id::parse(s).and_then(|id| seat_of(about.world, UnitId(id))))
            } else {
                let found = seat_named(about.world, &named);
                if found.is_none() {
                    r.faults.add("to_other", "unit_unknown");
                }
                found
            };
            let basis = r.need_code("basis", rules::jurisdiction::Basis::parse);
            let note = text_opt(&mut r, "note", envelope);
            to.zip(basis).map(|(to, basis)| {
                let from = case.seat.map_or(to.organ, |s| s.organ);
                let relation = about.world.directory.relation(from, to);
                Command::Send { to, relation, basis: basis.code().to_owned(), note }
            })
        }
        Action::TakeBack => text(&mut r, "reason", envelope).map(|reason| Command::TakeBack { reason }),
        Action::Return => text(&mut r, "reason", envelope).map(|reason| Command::Return { reason }),
        Action::Open => Some(Command::Open),
        Action::Assign => {
            let colleague = |s: &str| {
                let id = PersonId(Id::parse(s)?);
                colleagues(about.world, about.who?.1, case).contains(&id).then_some(id)
            };
            r.need_code("handler", colleague).map(|handler| Command::Assign { handler })
        }
        Action::Urgent => text(&mut r, "reason", envelope).map(|reason| Command::Urgent { reason }),
        Action::Reclassify => {
            let kind = r.need_code("kind", Kind::parse);
            kind.zip(text(&mut r, "reason", envelope)).map(|(kind, reason)| Command::Reclassify { kind, reason })
        }
        Action::Narrow => {
            text_max(&mut r, "narrative", super::submit::MAX_NARRATIVE, envelope).map(|narrative| Command::Narrow { narrative })
        }
        Action::AskIdentity => {
            let by = r.need_date("by");
            by.zip(text(&mut r, "materials", envelope)).map(|(by, materials)| Command::AskIdentity { by, materials })
        }
        Action::ProveIdentity => Some(Command::ProveIdentity),
        Action::Accept => Some(Command::Accept),
        Action::Refuse => {
            let all = refusal(&mut r, envelope);
            all.map(|(ground, body, factors, reason, handed_to)| Command::Refuse { ground, body, factors, reason, handed_to })
        }
        Action::Tell => {
            let matter = r.need_code("matter", Matter::parse);
            let party = r.need_code("party", Party::parse);
            let by = r.need_code("method", TellBy::parse);
            let proof = text_opt(&mut r, "proof", envelope);
            matter.zip(party).zip(by).map(|((matter, party), by)| Command::Tell { matter, party, by, proof })
        }
        Action::Consent => {
            let party = r.need_code("party", Party::parse);
            let to = r.need_code("consent", Consent::parse);
            let given = r.need_code("given", yes);
            party.zip(to).zip(given).map(|((party, to), given)| Command::Consent { party, to, given })
        }
        Action::Mediate => {
            let entrusted_to = Some(r.line("entrusted_to", 100)).filter(|s| !s.is_empty());
            r.need_code("mode", Mode::parse).map(|mode| Command::Mediate { mode, entrusted_to })
        }
        Action::AskRecusal => {
            let party = r.need_code("party", Party::parse);
            party.zip(text(&mut r, "reason", envelope)).map(|(party, reason)| Command::AskRecusal { party, reason })
        }
        Action::DecideRecusal => r.need_code("granted", yes).map(|granted| Command::DecideRecusal { granted }),
        Action::TestingOut => {
            let institution = r.need_line("institution", 100);
            r.need_date("on").map(|on| Command::TestingOut { institution, on })
        }
        Action::TestingBack => {
            let on = r.need_date("on");
            on.zip(text(&mut r, "result", envelope)).map(|(on, result)| Command::TestingBack { on, result })
        }
        Action::Agree => {
            let amount = r.money("amount").unwrap_or(Fen(0));
            let performed = fields.ticked("performed");
            text(&mut r, "terms", envelope).map(|terms| Command::Agree { terms, amount, performed })
        }
        Action::Terminate => {
            let all = termination(&mut r, envelope);
            all.map(|(ground, conduct, reason)| Command::Terminate { ground, conduct, reason })
        }
        Action::FindClue => text(&mut r, "what", envelope).map(|what| Command::FindClue { what }),
        Action::Verify => Some(Command::Verify { note: text_opt(&mut r, "note", envelope) }),
        Action::Propose => proposal(&mut r, about, envelope).map(Command::Propose),
        Action::Decide => {
            let approved = r.need_code("approved", yes);
            let reason = if approved == Some(false) { text(&mut r, "reason", envelope) } else { text_opt(&mut r, "reason", envelope) };
            approved.map(|approved| Command::Decide { approved, reason })
        }
        Action::SendElsewhere => {
            let department = r.need_line("department", 100);
            let handed_over = fields.ticked("handed_over");
            text(&mut r, "reason", envelope).map(|reason| Command::SendElsewhere { department, handed_over, reason })
        }
        Action::Duplicate => other(&mut r, "of", about).map(|of| Command::Duplicate {
            of: of.id,
            same_reporter: fields.ticked("same_reporter"),
            same_respondent: fields.ticked("same_respondent"),
            new_facts: !fields.ticked("nothing_new"),
        }),
        Action::Supplement => {
            let at = about.moment(&mut r, "at");
            if at.is_none() && r.faults.is_empty() {
                r.faults.add("at", "required");
            }
            let by = if fields.get("by_case").trim().is_empty() { None } else { other(&mut r, "by_case", about).map(|o| o.id) };
            at.map(|at| Command::Supplement { by, at })
        }
        Action::Dispute => {
            let with = r.need_line("with", 100);
            text(&mut r, "reason", envelope).map(|reason| Command::Dispute { with, reason })
        }
        Action::SettleDispute => r.need_code("ours", yes).map(|ours| Command::SettleDispute { ours }),
        Action::Answer => {
            let channel = r.code("channel", Channel::parse);
            let told_by = r.code("method", TellBy::parse);
            let proof = text_opt(&mut r, "proof", envelope);
            text(&mut r, "answer", envelope).map(|answer| Command::Answer { answer, channel, told_by, proof })
        }
        Action::AddEvidence => Some(Command::AddEvidence { files: Vec::new(), note: text_opt(&mut r, "note", envelope) }),
        Action::Note => {
            let private = fields.ticked("private");
            text(&mut r, "note", envelope).map(|note| Command::Note { note, private })
        }
        Action::Withdraw => {
            let reason = text_opt(&mut r, "reason", envelope);
            Some(Command::Withdraw { reason, settled: fields.ticked("settled") })
        }
        Action::Close => {
            let outcome = r.need_code("outcome", Outcome::parse);
            let level = r.code("level", Level::parse);
            let recovered = r.money("recovered").unwrap_or(Fen(0));
            let untrue = fields.ticked("untrue");
            let summary = text_opt(&mut r, "summary", envelope);
            outcome.map(|outcome| Command::Close { outcome, untrue, level, recovered, summary })
        }
        Action::Correct => {
            let correction = correction(&mut r, about);
            correction.zip(text(&mut r, "reason", envelope)).map(|(correction, reason)| Command::Correct { correction, reason })
        }
        Action::Merge => {
            let into = other(&mut r, "into", about);
            match into {
                // One that is over and one that goes on are not one matter any more: the open one is answered with a reference to it.
                Some(o) if o.over != case.is_over() => r.faults.add("into", "merge_closed"),
                Some(o) if o.merged => r.faults.add("into", "merge_merged"),
                _ => {}
            }
            into.map(|o| Command::Merge { into: o.id, same_person: o.same_person, same_kind: o.kind == case.kind })
        }
        Action::Unmerge => Some(Command::Unmerge),
        Action::Erase | Action::Lapse | Action::LoadCalendar | Action::LoadPack | Action::ImportUndo => None,
        Action::SeeNotice | Action::Order | Action::AnswerOrder | Action::SettleOrder => {
            super::supervise::command(action, &mut r, about, envelope)
        }
        _ => super::care::command(action, &mut r, about, envelope),
    };
    r.done(())?;
    command.ok_or(Denied::NotFound)
}

fn seat_of(world: &World, unit: UnitId) -> Option<Seat> {
    world.directory.units.get(&unit).filter(|u| !u.closed).map(|u| Seat { unit, organ: u.organ })
}

/// The unit of a code, or the only one of a name.
fn seat_named(world: &World, words: &str) -> Option<Seat> {
    let tree = &world.directory.tree;
    let name = rules::text::fold(words.trim());
    let is_named = |id: &UnitId| world.directory.units.get(id).is_some_and(|u| !u.closed && rules::text::fold(&u.name) == name);
    let mut of_name = tree.found(words).filter(is_named);
    let only = of_name.next().filter(|_| of_name.next().is_none());
    tree.of_code(words).or(only).and_then(|id| seat_of(world, id))
}

pub(super) fn text(r: &mut Reader<'_>, name: &str, envelope: &mut Envelope) -> Option<Sealed> {
    text_max(r, name, MAX_TEXT, envelope)
}

fn text_max(r: &mut Reader<'_>, name: &str, max: usize, envelope: &mut Envelope) -> Option<Sealed> {
    let plain = r.need_block(name, max);
    let mut source = envelope.source();
    envelope.seal_opt(name, &plain, &mut source)
}

pub(super) fn text_opt(r: &mut Reader<'_>, name: &str, envelope: &mut Envelope) -> Option<Sealed> {
    let plain = r.block(name, MAX_TEXT);
    let mut source = envelope.source();
    envelope.seal_opt(name, &plain, &mut source)
}

pub(super) fn other(r: &mut Reader<'_>, name: &str, about: &About<'_>) -> Option<Other> {
    if about.other.is_none() {
        r.faults.add(name, if r.fields().get(name).trim().is_empty() { "required" } else { "no_such_case" });
    }
    about.other
}

type Refusing = (Ground, Option<Body>, Vec<Factor>, Sealed, Option<String>);

fn refusal(r: &mut Reader<'_>, envelope: &mut Envelope) -> Option<Refusing> {
    let ground = r.need_code("ground", Ground::parse);
    let body = r.code("body", Body::parse);
    let factors = r.codes("factor", Factor::parse);
    let handed_to = Some(r.line("handed_to", 100)).filter(|s| !s.is_empty());
    let reason = text(r, "reason", envelope);
    ground.zip(reason).map(|(ground, reason)| (ground, body, factors, reason, handed_to))
}

type Terminating = (Termination, Option<(Party, Conduct)>, Sealed);

fn termination(r: &mut Reader<'_>, envelope: &mut Envelope) -> Option<Terminating> {
    let ground = r.need_code("termination", Termination::parse);
    let absent = ground == Some(Termination::AbsentOrRefused);
    let conduct = |s: &str| match s {
        "absent" => Some(Conduct::Absent),
        "refuses" => Some(Conduct::Refuses),
        _ => None,
    };
    let conduct = if absent { r.need_code("party", Party::parse).zip(r.need_code("conduct", conduct)) } else { None };
    let reason = text(r, "reason", envelope);
    ground.zip(reason).map(|(ground, reason)| (ground, conduct, reason))
}

fn proposal(r: &mut Reader<'_>, about: &About<'_>, envelope: &mut Envelope) -> Option<Proposal> {
    let case = about.case;
    let known = ["file", "not_file", "extend", "refuse", "terminate"];
    let what = r.need_code("proposal", |s| known.into_iter().find(|w| *w == s));
    match what {
        Some("refuse") => {
            let (ground, body, factors, reason, handed_to) = refusal(r, envelope)?;
            return Some(Proposal::Refuse { ground, body, factors, reason, handed_to });
        }
        Some("terminate") => {
            let (ground, conduct, reason) = termination(r, envelope)?;
            return Some(Proposal::Terminate { ground, conduct, reason });
        }
        _ => {}
    }
    let reason = text(r, "reason", envelope);
    match what? {
        "file" => Some(Proposal::File { reason: reason? }),
        "not_file" => {
            let ground = r.need_code("not_filing", NotFiling::parse);
            let leniency = ground.filter(|g| g.is_leniency()).and_then(|g| lenient(r, &about.world.pack, g));
            Some(Proposal::NotFile { ground: ground?, leniency, reason: reason? })
        }
        _ => {
            let clock = ["L5", "L4"].into_iter().map(|n| ClockName(n.to_owned())).find(|n| case.clock(n).is_some_and(|c| c.is_open()));
            Some(Proposal::Extend { clock: clock.unwrap_or_else(|| ClockName("L5".to_owned())), reason: reason? })
        }
    }
}

/// The line of the leniency list a finding meets, as the decision names it.
fn lenient(r: &mut Reader<'_>, pack: &Pack, ground: NotFiling) -> Option<String> {
    let id = r.fields().get("leniency").trim();
    let holds = |value: &String| value.strip_prefix(id)?.strip_prefix('/')?.parse().ok();
    let met: Vec<usize> = r.fields().all("leniency_met").iter().filter_map(holds).collect();
    let fault = match leniency::claim(&leniency::lines(pack), id, ground, &met) {
        Ok(line) => return Some(line.written()),
        Err(Unmet::NoLine) if id.is_empty() => "required",
        Err(Unmet::NoLine) => "choose",
        Err(Unmet::OtherGround) => "leniency_ground",
        Err(Unmet::Condition) => "leniency_condition",
    };
    r.faults.add("leniency", fault);
    None
}

fn correction(r: &mut Reader<'_>, about: &About<'_>) -> Option<Correction> {
    let case = about.case;
    let what = r.need_code("correction", |s| corrections(case).into_iter().find(|w| *w == s));
    match what? {
        "organ_receipt" => {
            let at = about.moment(r, "at");
            if at.is_none() && r.faults.is_empty() {
                r.faults.add("at", "required");
            }
            let at = at?;
            Some(Correction::OrganReceipt { at, regime: Regime::of(case.kind, at.date(), case.registration.historical) })
        }
        "respondent" => {
            let name = r.need_line("respondent_name", 200);
            let address = r.line("respondent_address", 300);
            let before = case.registration.respondent.clone();
            // Another name is another business, with another code.
            let uscc = super::submit::uscc(r).or(before.uscc.filter(|_| name == before.name));
            Some(Correction::Respondent { respondent: Respondent { name, address, uscc, phone: before.phone } })
        }
        "knew_on" => {
            let on = r.past_date("knew_on", about.now.date());
            if on.is_none() && r.faults.is_empty() {
                r.faults.add("knew_on", "required");
            }
            Some(Correction::KnewOn { on: on? })
        }
        "amount" => Some(Correction::Amount { amount: r.money("amount") }),
        _ => {
            let amount = r.money("amount");
            if amount.is_none() && r.faults.is_empty() {
                r.faults.add("amount", "required");
            }
            Some(Correction::Recovered { recovered: amount? })
        }
    }
}
