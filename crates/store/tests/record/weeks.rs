//! What happens in those weeks: every command of the rules at least once, in two localities.

use crate::world::{Coming, Who, World};
use rules::calendar::Span;
use rules::case::command::{Command, Relation};
use rules::case::event::{Consent, Correction, Matter, Mode, Outcome, Proposal, Respondent};
use rules::case::supervise::{Grade, Inspection, Owner};
use rules::clock::ClockName;
use rules::ids::CaseId;
use rules::law::{Conduct, Ground, Kind, Level, NotFiling, Party, TellBy, Termination};
use rules::money::Fen;
use rules::time::{Instant, date_from_days, days_of};
use store::submissions::SubmissionEvent;
use store::testing::TestDb;

const COMPLAINT: &[Kind] = &[Kind::Complaint];
const REPORT: &[Kind] = &[Kind::Report];

impl World {
    async fn send(&mut self, p: usize, id: CaseId, second: bool) {
        let place = self.places[p].clone();
        let to = if second { place.second_office } else { place.office };
        self.act(p, id, Who::Clerk, |e, r, _| {
            let note = Some(e.seal("note", "请尽快处理", r));
            Command::Send { to, relation: Relation::Same, basis: "business".into(), note }
        })
        .await;
    }

    async fn opened(&mut self, p: usize, kinds: &'static [Kind]) -> CaseId {
        let id = self.submit(p, &Coming::of(kinds)).await[0];
        self.send(p, id, false).await;
        self.act(p, id, Who::Officer, |_, _, _| Command::Open).await;
        id
    }

    async fn tell(&mut self, p: usize, id: CaseId, matter: Matter, party: Party) {
        self.act(p, id, Who::Officer, |e, r, _| {
            let proof = Some(e.seal("proof", "通话2分钟", r));
            Command::Tell { matter, party, by: TellBy::Phone, proof }
        })
        .await;
    }

    async fn accepted(&mut self, p: usize) -> CaseId {
        let id = self.opened(p, COMPLAINT).await;
        self.act(p, id, Who::Officer, |_, _, _| Command::Accept).await;
        self.tell(p, id, Matter::Acceptance, Party::Submitter).await;
        id
    }

    async fn mediating(&mut self, p: usize) -> CaseId {
        let id = self.accepted(p).await;
        let consent = |_: &mut _, _: &mut _, _| Command::Consent { party: Party::Respondent, to: Consent::Mediation, given: true };
        self.act(p, id, Who::Officer, consent).await;
        self.act(p, id, Who::Officer, |_, _, _| Command::Mediate { mode: Mode::Phone, entrusted_to: None }).await;
        id
    }

    async fn verifying(&mut self, p: usize) -> CaseId {
        let id = self.opened(p, REPORT).await;
        self.act(p, id, Who::Officer, |e, r, _| Command::Verify { note: Some(e.seal("note", "现场检查", r)) }).await;
        id
    }

    async fn close(&mut self, p: usize, id: CaseId, outcome: Outcome, recovered: i64) {
        let level = (outcome == Outcome::Agreed).then_some(Level::Shop);
        self.act(p, id, Who::Officer, |e, r, _| {
            let summary = Some(e.seal("summary", "已办结", r));
            Command::Close { outcome, untrue: false, level, recovered: Fen(recovered), summary }
        })
        .await;
    }

    /// A complaint all the way through mediation.
    async fn agreement(&mut self, p: usize) -> CaseId {
        let id = self.mediating(p).await;
        self.act(p, id, Who::Officer, |e, r, _| Command::AskRecusal {
            party: Party::Respondent, reason: e.seal("reason", "认识对方", r)
        })
        .await;
        self.act(p, id, Who::Lead, |_, _, _| Command::DecideRecusal { granted: false }).await;
        self.act(p, id, Who::Officer, |_, _, at| Command::TestingOut { institution: "检测所".into(), on: at.date() }).await;
        self.act(p, id, Who::Officer, |e, r, at| Command::TestingBack { on: at.date(), result: e.seal("result", "不合格", r) }).await;
        self.act(p, id, Who::Officer, |e, r, _| Command::FindClue { what: e.seal("clue", "涉嫌销售过期食品", r) }).await;
        let clue = self.spawn(p, id).await;
        self.read_by(p, Who::Lead, clue, "narrative").await;
        self.act(p, id, Who::Officer, |e, r, _| Command::Agree {
            terms: e.seal("terms", "退款", r), amount: Fen(19_900), performed: true
        })
        .await;
        self.close(p, id, Outcome::Agreed, 19_900).await;
        id
    }

    async fn withdrawn(&mut self, p: usize, id: CaseId) {
        self.act(p, id, Who::Officer, |e, r, _| Command::Withdraw { reason: Some(e.seal("reason", "不想投诉了", r)), settled: false })
            .await;
    }

    async fn complaints(&mut self, p: usize) {
        let agreed = self.agreement(p).await;
        self.act(p, agreed, Who::Officer, |e, r, _| Command::Correct {
            correction: Correction::Recovered { recovered: Fen(18_000) },
            reason: e.seal("reason", "少写了", r),
        })
        .await;
        let terminated = self.mediating(p).await;
        self.act(p, terminated, Who::Officer, |e, r, _| Command::Terminate {
            ground: Termination::AbsentOrRefused,
            conduct: Some((Party::Respondent, Conduct::Refuses)),
            reason: e.seal("reason", "明确拒绝调解", r),
        })
        .await;
        self.tell(p, terminated, Matter::Termination, Party::Submitter).await;
        self.tell(p, terminated, Matter::Termination, Party::Respondent).await;
        self.close(p, terminated, Outcome::Terminated, 0).await;
        let refused = self.opened(p, COMPLAINT).await;
        self.act(p, refused, Who::Officer, |e, r, _| Command::Refuse {
            ground: Ground::NoAuthority,
            body: None,
            factors: vec![],
            reason: e.seal("reason", "不属于本机关职责", r),
            handed_to: None,
        })
        .await;
        self.tell(p, refused, Matter::Refusal, Party::Submitter).await;
        let early = self.opened(p, COMPLAINT).await;
        self.act(p, early, Who::Officer, |e, r, at| Command::AskIdentity {
            by: date_from_days(days_of(at.date()) + 2),
            materials: e.seal("materials", "身份证复印件", r),
        })
        .await;
        self.tell(p, early, Matter::IdentityNotice, Party::Submitter).await;
        self.act(p, early, Who::Officer, |_, _, _| Command::ProveIdentity).await;
        self.withdrawn(p, early).await;
        let late = self.accepted(p).await;
        self.withdrawn(p, late).await;
        let moved = self.opened(p, COMPLAINT).await;
        self.act(p, moved, Who::Officer, |e, r, _| Command::Return { reason: e.seal("reason", "不在辖区", r) }).await;
        self.act(p, moved, Who::Clerk, |e, r, _| Command::Narrow { narrative: e.seal("narrative", "只要求退货", r) }).await;
        self.send(p, moved, true).await;
        self.act(p, moved, Who::Clerk, |e, r, _| Command::TakeBack { reason: e.seal("reason", "发错了", r) }).await;
        self.act(p, moved, Who::Clerk, |e, r, _| Command::Urgent { reason: e.seal("reason", "人身安全", r) }).await;
        self.send(p, moved, false).await;
        self.act(p, moved, Who::Officer, |_, _, _| Command::Open).await;
        let second = self.places[p].people[&Who::SecondOfficer];
        self.act(p, moved, Who::Lead, |_, _, _| Command::Assign { handler: second }).await;
        self.act(p, moved, Who::Officer, |e, r, _| Command::Correct {
            correction: Correction::Respondent {
                respondent: Respondent { name: "另一家超市".into(), address: "解放路1号".into(), ..Respondent::default() },
            },
            reason: e.seal("reason", "写错了", r),
        })
        .await;
        let merged = self.opened(p, COMPLAINT).await;
        self.act(p, merged, Who::Clerk, |_, _, _| Command::Merge { into: moved, same_person: true, same_kind: true }).await;
        let unmerged = self.opened(p, COMPLAINT).await;
        self.act(p, unmerged, Who::Clerk, |_, _, _| Command::Merge { into: moved, same_person: true, same_kind: true }).await;
        self.act(p, unmerged, Who::Clerk, |_, _, _| Command::Unmerge).await;
        self.act(p, unmerged, Who::Officer, |e, r, _| Command::Correct {
            correction: Correction::Amount { amount: Some(Fen(1)) },
            reason: e.seal("reason", "金额不对", r),
        })
        .await;
    }

    async fn reports(&mut self, p: usize) {
        let filed = self.verifying(p).await;
        self.act(p, filed, Who::Officer, |e, r, _| {
            Command::Propose(Proposal::Extend { clock: ClockName("L5".into()), reason: e.seal("reason", "案情复杂", r) })
        })
        .await;
        self.act(p, filed, Who::Lead, |_, _, _| Command::Decide { approved: true, reason: None }).await;
        self.act(p, filed, Who::Officer, |e, r, _| Command::Propose(Proposal::File { reason: e.seal("reason", "有初步证据", r) })).await;
        self.act(p, filed, Who::Lead, |_, _, _| Command::Decide { approved: true, reason: None }).await;
        self.close(p, filed, Outcome::Filed, 0).await;
        let not = self.verifying(p).await;
        self.act(p, not, Who::Officer, |e, r, _| {
            let reason = e.seal("reason", "首次违法", r);
            Command::Propose(Proposal::NotFile { ground: NotFiling::FirstOffence, leniency: Some("第3项".into()), reason })
        })
        .await;
        self.act(p, not, Who::Lead, |e, r, _| Command::Decide { approved: false, reason: Some(e.seal("reason", "再查", r)) }).await;
        let elsewhere = self.opened(p, REPORT).await;
        self.act(p, elsewhere, Who::Officer, |e, r, _| Command::SendElsewhere {
            department: "消防".into(),
            handed_over: false,
            reason: e.seal("reason", "不属于职责", r),
        })
        .await;
        self.tell(p, elsewhere, Matter::Elsewhere, Party::Submitter).await;
        let duplicate = self.opened(p, REPORT).await;
        self.act(p, duplicate, Who::Officer, |_, _, _| Command::Duplicate {
            of: filed,
            same_reporter: true,
            same_respondent: true,
            new_facts: false,
        })
        .await;
        let supplemented = self.verifying(p).await;
        self.act(p, supplemented, Who::Officer, |_, _, at| Command::Supplement { by: Some(duplicate), at }).await;
        self.act(p, supplemented, Who::Officer, |e, r, _| Command::Dispute {
            with: "邻区".into(), reason: e.seal("reason", "跨区", r)
        })
        .await;
        self.act(p, supplemented, Who::Officer, |_, _, _| Command::SettleDispute { ours: true }).await;
        self.withdrawn(p, supplemented).await;
        let coming = Coming { anonymous: true, files: 1, ..Coming::of(REPORT) };
        let anonymous = self.submit(p, &coming).await[0];
        self.act(p, anonymous, Who::Clerk, |e, r, _| Command::Note { note: e.seal("note", "匿名", r), private: false }).await;
    }

    async fn others(&mut self, p: usize) {
        let place = self.places[p].clone();
        let both = self.submit(p, &Coming { files: 2, ..Coming::of(&[Kind::Complaint, Kind::Report]) }).await;
        self.act(p, both[0], Who::Clerk, |_, _, _| Command::Send {
            to: place.far_office,
            relation: Relation::Below,
            basis: "territory".into(),
            note: None,
        })
        .await;
        self.act(p, both[0], Who::FarOfficer, |_, _, _| Command::Open).await;
        self.act(p, both[0], Who::FarOfficer, |e, r, _| Command::Ask { question: e.seal("question", "请补充票据", r) }).await;
        let question = self.submit(p, &Coming::of(&[Kind::Consultation])).await[0];
        self.act(p, question, Who::Clerk, |e, r, _| Command::Answer {
            answer: e.seal("answer", "可以退货", r),
            channel: None,
            told_by: Some(TellBy::Phone),
            proof: None,
        })
        .await;
        let reclassified = self.submit(p, &Coming::of(&[Kind::Complaint])).await[0];
        self.act(p, reclassified, Who::Clerk, |e, r, _| Command::Reclassify {
            kind: Kind::Report, reason: e.seal("reason", "是举报", r)
        })
        .await;
        for n in 0..3 {
            let old = self.submit(p, &Coming { historical: true, ..Coming::of(&[Kind::Other]) }).await[0];
            match n {
                0 => self.act(p, old, Who::System, |_, _, _| Command::ImportUndo).await,
                1 => {
                    self.act(p, old, Who::System, |_, _, _| Command::ImportUndo).await;
                    self.act(p, old, Who::Security, |_, _, _| Command::Erase { reason: "保存期满".into() }).await;
                }
                _ => {}
            }
        }
        let erased = self.submit(p, &Coming { files: 1, ..Coming::of(&[Kind::Consultation]) }).await[0];
        self.act(p, erased, Who::Clerk, |e, r, _| Command::Answer {
            answer: e.seal("answer", "是的", r),
            channel: None,
            told_by: None,
            proof: None,
        })
        .await;
        self.index(1000).await;
        self.act(p, erased, Who::Security, |_, _, _| Command::Erase { reason: "本人要求".into() }).await;
        let n = self.submissions.len() - 1;
        self.change_submission(n, SubmissionEvent::Erased).await;
        self.change_submission(n - 1, SubmissionEvent::ChangeSeen { body: "00".repeat(32) }).await;
        self.change_submission(n - 1, SubmissionEvent::CodeRenewed { code: "ab".repeat(32) }).await;
    }

    /// Orders in every state, and notices seen and unseen.
    async fn supervised(&mut self, p: usize) {
        let place = self.places[p].clone();
        let (unit, person) = (Owner::Unit(place.office.unit), Owner::Person(place.people[&Who::Officer]));
        for (n, owner) in [unit, person, unit, unit].into_iter().enumerate() {
            let id = self.opened(p, COMPLAINT).await;
            let grade = Grade::ALL[n % 2];
            self.act(p, id, Who::Supervisor, |e, r, _| Command::Order {
                grade,
                owner,
                span: Span::WorkingDays(1),
                wanted: e.seal("wanted", "请说明", r),
            })
            .await;
            if n > 0 {
                self.act(p, id, Who::Officer, |e, r, _| Command::AnswerOrder { order: 1, answer: e.seal("answer", "已联系", r) }).await;
            }
            match n {
                2 => self.act(p, id, Who::Supervisor, |_, _, _| Command::SettleOrder { order: 1, back: None }).await,
                3 => {
                    self.act(p, id, Who::Supervisor, |e, r, _| Command::SettleOrder {
                        order: 1,
                        back: Some((e.seal("reason", "不够具体", r), Span::Hours(24))),
                    })
                    .await;
                }
                _ => {}
            }
        }
        for n in 0..2 {
            let id = self.submit(p, &Coming::of(COMPLAINT)).await[0];
            self.later(26 * 60 * 7);
            let people = [vec![place.people[&Who::Clerk], place.people[&Who::Supervisor]], Vec::new(), Vec::new()];
            self.act(p, id, Who::System, |_, _, at| {
                let inspection = Inspection { at, made_up: n == 0, registered_at: at.plus_minutes(-20_000), people };
                Command::Inspect(Box::new(inspection))
            })
            .await;
            if n == 0 {
                self.act(p, id, Who::Supervisor, |_, _, _| Command::SeeNotice).await;
            }
        }
    }

    /// The whole of it.
    pub async fn full(db: TestDb, seed: u64) -> Self {
        let mut world = Self::empty(db, seed).await;
        world.sequence(1).await;
        for p in [0, 1] {
            world.complaints(p).await;
            world.sequence(5).await;
            world.reports(p).await;
            world.sequence(1000).await;
            world.index(12).await;
            world.others(p).await;
            world.supervised(p).await;
            let of_place: Vec<CaseId> = world.cases.iter().filter(|(at, _)| *at == p).map(|(_, c)| *c).collect();
            for (n, case) in of_place.into_iter().enumerate() {
                world.read_by(p, [Who::Officer, Who::Clerk, Who::Supervisor][n % 3], case, ["narrative", "name,phone"][n % 2]).await;
            }
            world.sequence(30).await;
        }
        for n in 0..8 {
            let case = world.cases[n].1;
            world.read_by_submitter(n, case).await;
        }
        // What has lapsed by some weeks later is noted; the last of it still waits for the sequencer.
        world.sequence(10).await;
        world.now = Instant(world.now.0 + 40 * 86_400_000_000);
        for (p, id) in world.cases.clone() {
            let loaded = world.loaded(p, id).await;
            if loaded.case.clocks.iter().any(|c| c.state == rules::clock::ClockState::Running && !c.lapsed && c.due.at <= world.now) {
                world.act(p, id, Who::System, |_, _, _| Command::Lapse).await;
            }
        }
        world
    }
}
