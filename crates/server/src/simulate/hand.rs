//! What whoever has a case does with it next: chosen from what the case asks for now, never from a story written beforehand.

use super::letters::{Letter, Style};
use super::shares::{Mistakes, Outcomes};
use super::town::Town;
use crate::demo::words::{Dice, Words};
use rules::access::Role;
use rules::case::Case;
use rules::case::command::Action;
use rules::case::event::{Consent, Outcome};
use rules::case::handling::possible_outcomes;
use rules::case::next::{Step, Who, next};
use rules::ids::UnitId;
use rules::law::{Ground, Kind, Party, Regime};
use rules::pack::Approval;
use rules::time::Instant;
use std::collections::BTreeSet;
use store::scope::Scope;

/// Where a complaint is going, if nothing comes in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Agreed,
    Terminated,
    Refused,
}

/// What is true of a case that its log does not say yet: what the people in it are like.
#[derive(Debug)]
pub(super) struct Nature {
    fate: Fate,
    /// What a report turns out to be worth.
    filed: bool,
    pub satisfied: bool,
    pub withdrawn: bool,
    pub followed_up: bool,
    wrong_unit: bool,
    wrong_amount: bool,
    late: bool,
    forgotten: bool,
    sent_back: bool,
    tested: bool,
    pub asked: bool,
    /// What it really is, where it came as something else.
    truth: Option<Kind>,
}

impl Nature {
    pub(super) fn of(dice: &mut Dice, outcomes: &Outcomes, mistakes: &Mistakes, truth: Option<Kind>) -> Self {
        let mut of = |parts: u32| dice.below(10_000) < parts as usize;
        let fate = if of(outcomes.refused) {
            Fate::Refused
        } else if of(outcomes.agreed) {
            Fate::Agreed
        } else {
            Fate::Terminated
        };
        Self {
            fate,
            filed: of(outcomes.filed),
            satisfied: of(outcomes.satisfied),
            withdrawn: of(outcomes.withdrawn),
            followed_up: of(outcomes.followed_up),
            wrong_unit: of(mistakes.wrong_unit),
            wrong_amount: of(mistakes.wrong_amount),
            late: of(mistakes.late),
            forgotten: of(mistakes.forgotten_tell),
            sent_back: of(mistakes.head_sends_back),
            tested: of(250),
            asked: of(1_200),
            truth,
        }
    }
}

/// A case that is not over, as the simulation carries it.
#[derive(Debug)]
pub(super) struct Open {
    pub token: String,
    pub place: usize,
    pub dice: Dice,
    pub nature: Nature,
    pub letter: Letter,
    pub submitter: Option<Scope>,
    /// Minutes from the letter to its answer, if nothing comes in between.
    pub pace: i64,
    /// Where it belongs.
    pub unit: rules::case::event::Seat,
    /// What is to be done next, and by whom.
    pub plan: Option<Move>,
    /// How often in a row somebody was told that it cannot be done.
    pub refused: u8,
    /// What is still to happen after closing.
    pub afterwards: u8,
}

/// One act.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub role: Role,
    pub unit: UnitId,
    pub action: Action,
    pub fields: Vec<(&'static str, String)>,
    /// When it is meant to be done.
    pub at: Instant,
}

type Pairs = Vec<(&'static str, String)>;

/// The next act on a case that is not over; none where nobody has to do anything.
pub(super) fn choose(
    open: &mut Open,
    case: &Case,
    (town, approvals): (&Town, &BTreeSet<Approval>),
    (style, words): (&Style, &Words),
    now: Instant,
) -> Option<Move> {
    let next = next(case)?;
    let seat = case.seat.unwrap_or(town.centre);
    let unit_role = if case.outside { Role::Partner } else { Role::Officer };
    let (role, unit) = match next.who {
        Who::Intake => (Role::Clerk, case.intake.map_or(town.centre.unit, |i| i.unit)),
        Who::Unit if case.with_unit => (unit_role, seat.unit),
        Who::Unit => (Role::Clerk, seat.unit),
        Who::Lead => (Role::Lead, seat.unit),
    };
    let dice = &mut open.dice;
    // So much of the whole way, in thousandths.
    let (action, fields, share): (Action, Pairs, i64) = match next.step {
        Step::Receive => (Action::Receive, vec![], 5),
        Step::Send => send(open, case, town, words),
        Step::Open if open.nature.wrong_unit && case.with_unit && seat.unit != open.unit.unit => {
            open.nature.wrong_unit = false;
            (Action::Return, vec![("reason", dice.pick(&style.wrong_unit).clone())], 60)
        }
        Step::Open => (Action::Open, vec![], 40),
        Step::Decide => decide(open, case, approvals, style, words),
        Step::Tell => {
            let (matter, party) = next.tell?;
            let method = *dice.pick(&["phone", "phone", "sms", "internet", "letter", "in_person"]);
            let share = if std::mem::take(&mut open.nature.forgotten) { 900 } else { 40 };
            (Action::Tell, pairs(&[("matter", matter.code()), ("party", party.code()), ("method", method), ("proof", "已记录")]), share)
        }
        Step::StartMediation if !case.consents_to(Party::Respondent, Consent::Mediation) => {
            if case.consents.contains_key(&(Party::Respondent, Consent::Mediation)) || dice.below(100) < 8 {
                let reason = words.papers.terminate.get(1).cloned().unwrap_or_default();
                ended(approvals, terminate("TM-2", &reason), 120)
            } else {
                (Action::Consent, pairs(&[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]), 80)
            }
        }
        Step::StartMediation => (Action::Mediate, pairs(&[("mode", *dice.pick(&["in_person", "phone", "phone", "video", "online"]))]), 20),
        Step::DecideRecusal => {
            return Some(Move {
                role: Role::Lead,
                unit: seat.unit,
                action: Action::DecideRecusal,
                fields: pairs(&[("granted", "no")]),
                at: later(open, case, now, 60),
            });
        }
        Step::AwaitTesting => (Action::TestingBack, pairs(&[("on", &now.date().to_string()), ("result", "样品所检项目符合要求。")]), 400),
        Step::MustTerminate => ended(approvals, terminate("TM-5", "期限已满，未能达成一致。"), 20),
        Step::Mediate => mediate(open, approvals, style, words, now),
        Step::Verify => (Action::Verify, pairs(&[("note", open.dice.pick(&style.note).as_str())]), 120),
        Step::Propose => {
            let (what, reason) = if open.nature.filed {
                ("file", dice.pick(&words.papers.verified).as_str())
            } else {
                ("not_file", dice.pick(&words.papers.unfounded).as_str())
            };
            let mut fields = pairs(&[("proposal", what), ("reason", reason)]);
            if !open.nature.filed {
                fields.push(("not_filing", dice.pick(&["NF19-1", "NF19-1", "NF19-2", "NF20-3"]).to_string()));
            }
            (Action::Propose, fields, 350)
        }
        Step::Approve => {
            let back = std::mem::take(&mut open.nature.sent_back);
            let fields = if back {
                pairs(&[("approved", "no"), ("reason", "请补充核实材料后再报。")])
            } else {
                pairs(&[("approved", "yes")])
            };
            (Action::Decide, fields, 60)
        }
        Step::SettleDispute => (Action::SettleDispute, pairs(&[("ours", "yes")]), 100),
        Step::Answer => (Action::Answer, answer(dice, words), 150),
        Step::SettleOrReturn if open.nature.fate == Fate::Agreed => {
            (Action::Withdraw, pairs(&[("settled", "1"), ("reason", dice.pick(&style.withdraw).as_str())]), 200)
        }
        Step::SettleOrReturn => {
            // Handed back by a unit outside, it goes to an office.
            let reason = pairs(&[("reason", "双方未能自行和解，退回处理。")]);
            open.unit = town.other_office(dice, open.unit);
            (Action::Return, reason, 200)
        }
        Step::Feedback => (
            Action::Feedback,
            pairs(&[("feedback_law", "advertising-53"), ("feedback_result", dice.pick(&words.papers.unfounded).as_str())]),
            60,
        ),
        Step::HandleAgain | Step::Close => close(open, case, style),
    };
    Some(Move { role, unit, action, fields, at: later(open, case, now, share) })
}

/// When it is done: after its part of the way, but by the end of the clock that waits for it, unless this one is forgotten.
fn later(open: &mut Open, case: &Case, now: Instant, share: i64) -> Instant {
    let spread = 500 + open.dice.below(1_000) as i64;
    let planned = now.plus_minutes((open.pace * share / 1_000 * spread / 1_000).max(3 + open.dice.below(20) as i64));
    // Five working days of the law's seven are known well; what waits for a person outside the clocks is not hurried.
    let due = next(case).and_then(|n| n.clock.map(|c| c.due.at)).filter(|due| *due > now);
    let reserve = 60 * (20 + open.dice.below(30) as i64);
    match due {
        Some(due) if !open.nature.late => planned.min(due.plus_minutes(-reserve)).max(now.plus_minutes(3)),
        Some(due) if planned > due.plus_minutes(-reserve) => {
            // Missed once.
            open.nature.late = false;
            due.plus_minutes(reserve)
        }
        _ => planned,
    }
}

fn pairs(all: &[(&'static str, &str)]) -> Pairs {
    all.iter().map(|(k, v)| (*k, (*v).to_owned())).collect()
}

/// Ends mediation, or proposes to where the head has to approve.
fn ended(approvals: &BTreeSet<Approval>, mut fields: Pairs, share: i64) -> (Action, Pairs, i64) {
    if !approvals.contains(&Approval::Terminate) {
        return (Action::Terminate, fields, share);
    }
    fields.push(("proposal", "terminate".to_owned()));
    (Action::Propose, fields, share)
}

fn terminate(ground: &'static str, reason: &str) -> Pairs {
    let mut fields = pairs(&[("termination", ground), ("reason", reason)]);
    if ground == "TM-2" {
        fields.extend(pairs(&[("party", "respondent"), ("conduct", "refuses")]));
    }
    fields
}

fn send(open: &mut Open, case: &Case, town: &Town, words: &Words) -> (Action, Pairs, i64) {
    if let Some(truth) = open.nature.truth.take().filter(|t| *t != case.kind) {
        return (Action::Reclassify, pairs(&[("kind", truth.code()), ("reason", "来件提出退款要求。")]), 20);
    }
    // Most questions are answered where they arrive.
    if matches!(case.kind, Kind::Consultation | Kind::Other) && open.dice.below(100) < 90 {
        return (Action::Answer, answer(&mut open.dice, words), 25);
    }
    let to = if open.nature.wrong_unit { town.other_office(&mut open.dice, open.unit) } else { open.unit };
    let basis = if open.dice.below(6) == 0 { "domicile" } else { "business" };
    (Action::Send, pairs(&[("to", &to.unit.to_string()), ("basis", basis)]), 30)
}

fn answer(dice: &mut Dice, words: &Words) -> Pairs {
    let answer = &dice.pick(&words.question).answer;
    pairs(&[("answer", answer), ("method", *dice.pick(&["phone", "phone", "internet", "sms"]))])
}

fn decide(open: &mut Open, case: &Case, approvals: &BTreeSet<Approval>, style: &Style, words: &Words) -> (Action, Pairs, i64) {
    if std::mem::take(&mut open.nature.asked) {
        return (Action::Ask, pairs(&[("question", open.dice.pick(&style.ask).as_str())]), 60);
    }
    if open.nature.fate == Fate::Refused {
        // The grounds that need nothing beside themselves (Art. 16(1), (3), (5)).
        let plain = [(Ground::NoAuthority, 0), (Ground::NotConsumption, 2), (Ground::NotConsumption, 2), (Ground::Materials, 4)];
        let known = Ground::of(case.regime.unwrap_or(Regime::None));
        let possible: Vec<_> = plain.into_iter().filter(|(g, _)| known.contains(g)).collect();
        if !possible.is_empty() {
            let (ground, n) = *open.dice.pick(&possible);
            let reason = words.papers.refuse.get(n).cloned().unwrap_or_default();
            let mut fields = pairs(&[("ground", ground.code()), ("reason", &reason)]);
            // Where the head has to approve, the officer proposes.
            let propose = approvals.contains(&Approval::Refuse);
            if propose {
                fields.push(("proposal", "refuse".to_owned()));
            }
            return (if propose { Action::Propose } else { Action::Refuse }, fields, 150);
        }
    }
    (Action::Accept, vec![], 150)
}

fn mediate(open: &mut Open, approvals: &BTreeSet<Approval>, style: &Style, words: &Words, now: Instant) -> (Action, Pairs, i64) {
    if std::mem::take(&mut open.nature.tested) {
        let on = now.date().to_string();
        return (Action::TestingOut, pairs(&[("institution", "产品质量检验研究院（模拟）"), ("on", &on)]), 100);
    }
    if std::mem::take(&mut open.nature.wrong_amount) {
        let amount = (open.letter.amount.0 / 100 + 10).to_string();
        return (Action::Correct, pairs(&[("correction", "amount"), ("amount", &amount), ("reason", "登记时抄错，经核对更正。")]), 80);
    }
    if open.dice.below(4) == 0 {
        return (Action::Note, pairs(&[("note", open.dice.pick(&style.note).as_str())]), 90);
    }
    if open.nature.fate == Fate::Agreed {
        let fields = pairs(&[("terms", &open.letter.settled), ("amount", &half(&open.letter)), ("performed", "1")]);
        return (Action::Agree, fields, 350);
    }
    let ground = *open.dice.pick(&["TM-3", "TM-3", "TM-3", "TM-2"]);
    let reason = open.dice.pick(&words.papers.terminate).clone();
    ended(approvals, terminate(ground, &reason), 400)
}

fn half(letter: &Letter) -> String {
    (letter.amount.0 / 200).max(1).to_string()
}

fn close(open: &mut Open, case: &Case, style: &Style) -> (Action, Pairs, i64) {
    let possible = possible_outcomes(case);
    let best = if case.again.is_some() { possible.iter().find(|o| **o == Outcome::Settled) } else { None };
    let outcome = best.or(possible.first()).copied().unwrap_or(Outcome::Answered);
    let level = *open.dice.pick(&["shop", "shop", "station", "district", "district", "above"]);
    let mut fields = pairs(&[("outcome", outcome.code()), ("level", level)]);
    if matches!(outcome, Outcome::Agreed | Outcome::Settled) {
        fields.push(("recovered", half(&open.letter)));
    }
    if case.again.is_some() {
        fields.push(("summary", open.dice.pick(&style.summary).clone()));
    }
    (Action::Close, fields, 60)
}
