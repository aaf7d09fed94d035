//! The stories: what happens to each case of the demonstration, by whom and when, counted in working days before today.

use super::cast::Cast;
use super::words::{Dice, Matter, Words};
use crate::usecase::submit::{Incoming, Part};
use jiff::civil::Date;
use rules::calendar::Calendar;
use rules::case::command::Action;
use rules::law::Kind;
use rules::time::{Instant, date_from_days, days_of};

/// Working days between the oldest story and today.
pub(super) const LONGEST_AGO: i64 = 165;

/// Stands in a field for the unit of the story.
pub(super) const OWN_UNIT: &str = "#unit";
/// Stands for the intake of the organ below.
pub(super) const ITS_INTAKE: &str = "#intake";

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Clerk,
    Officer,
    Lead,
    Supervisor,
    /// The clerk of the organ below.
    ItsClerk,
    Submitter,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Act(Action),
    /// Split off a case of this kind.
    Split(Kind),
}

impl Next {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Act(action) => action.code(),
            Self::Split(_) => "split",
        }
    }
}

/// One step of a story.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub at: Instant,
    pub who: Who,
    /// Which of the submission's cases, by the kind it came as.
    pub kind: Kind,
    pub next: Next,
    pub fields: Vec<(&'static str, String)>,
}

/// A submission and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub tag: &'static str,
    /// Index of its locality.
    pub place: usize,
    /// Code of the unit that handles it.
    pub unit: String,
    pub at: Instant,
    pub incoming: Incoming,
    pub evidence: bool,
    /// Whether its receipt is told at the start.
    pub shown: bool,
    pub steps: Vec<Step>,
}

fn is_working(date: Date) -> bool {
    Calendar::builtin().day_or_assumed(date).0.is_working()
}

/// The day so many working days before a date.
pub(super) fn workdays_before(date: Date, n: i64) -> Date {
    let mut day = days_of(date);
    for _ in 0..n {
        day -= 1;
        while !is_working(date_from_days(day)) {
            day -= 1;
        }
    }
    date_from_days(day)
}

fn workdays_after(date: Date, n: i64) -> Date {
    let mut day = days_of(date);
    for _ in 0..n {
        day += 1;
        while !is_working(date_from_days(day)) {
            day += 1;
        }
    }
    date_from_days(day)
}

/// A story being written: a letter, and a cursor in time.
struct Draft<'a> {
    story: Story,
    matter: Matter,
    at: Instant,
    kind: Kind,
    words: &'a Words,
    dice: &'a mut Dice,
}

type Pairs<'p> = &'p [(&'static str, &'p str)];

impl Draft<'_> {
    fn said(&mut self, list: &str) -> String {
        let papers = &self.words.papers;
        let list = match list {
            "consulted" => &papers.consulted,
            "terminate" => &papers.terminate,
            "verified" => &papers.verified,
            "lenient" => &papers.lenient,
            "extend" => &papers.extend,
            _ => &papers.unfounded,
        };
        self.dice.pick(list).clone()
    }

    /// So many working days on, at about an hour; on the same day always later.
    fn wait(&mut self, days: i64, hour: i8) -> &mut Self {
        let day = if days == 0 { self.at.date() } else { workdays_after(self.at.date(), days) };
        let minute = self.dice.below(50) as i8;
        let at = Instant::at(day.at(hour, minute, 0, 0));
        let least = self.at.plus_minutes(7 + self.dice.below(20) as i64);
        self.at = at.max(least);
        self
    }

    fn step(&mut self, who: Who, next: Next, fields: Pairs<'_>) -> &mut Self {
        self.at = self.at.plus_minutes(2 + self.dice.below(9) as i64);
        let fields = fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        self.story.steps.push(Step { at: self.at, who, kind: self.kind, next, fields });
        self
    }

    fn clerk(&mut self, action: Action, fields: Pairs<'_>) -> &mut Self {
        self.step(Who::Clerk, Next::Act(action), fields)
    }
    fn officer(&mut self, action: Action, fields: Pairs<'_>) -> &mut Self {
        self.step(Who::Officer, Next::Act(action), fields)
    }
    fn lead(&mut self, action: Action, fields: Pairs<'_>) -> &mut Self {
        self.step(Who::Lead, Next::Act(action), fields)
    }
    fn person(&mut self, action: Action, fields: Pairs<'_>) -> &mut Self {
        self.step(Who::Submitter, Next::Act(action), fields)
    }

    fn send(&mut self) -> &mut Self {
        self.clerk(Action::Send, &[("to", OWN_UNIT), ("basis", "business")])
    }
    fn open(&mut self) -> &mut Self {
        self.officer(Action::Open, &[])
    }
    /// Sent within the hour, opened by the next day.
    fn at_desk(&mut self) -> &mut Self {
        self.wait(0, 9).send().wait(1, 9).open()
    }
    fn tell(&mut self, matter: &'static str, party: &'static str) -> &mut Self {
        let method = *self.dice.pick(&["phone", "sms", "internet", "letter", "in_person"]);
        let proof = if method == "phone" { "通话已录音" } else { "" };
        self.officer(Action::Tell, &[("matter", matter), ("party", party), ("method", method), ("proof", proof)])
    }
    fn accept(&mut self) -> &mut Self {
        self.wait(1, 14).officer(Action::Accept, &[]).wait(0, 15).tell("acceptance", "submitter")
    }
    fn mediate(&mut self) -> &mut Self {
        let mode = *self.dice.pick(&["in_person", "phone", "video", "online"]);
        self.wait(2, 10).officer(Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]);
        self.officer(Action::Mediate, &[("mode", mode)])
    }
    fn note(&mut self) -> &mut Self {
        let text = self.said("consulted");
        self.wait(0, 16).officer(Action::Note, &[("note", &text)])
    }
    fn agree(&mut self) -> &mut Self {
        let (terms, half) = (self.matter.settled.clone(), self.half());
        self.wait(3, 10).officer(Action::Agree, &[("terms", &terms), ("amount", &half), ("performed", "1")])
    }
    fn half(&self) -> String {
        (self.matter.amount.0 / 200).max(1).to_string()
    }
    fn close(&mut self, outcome: &'static str) -> &mut Self {
        let level = *self.dice.pick(&["shop", "shop", "station", "district", "district", "above"]);
        let half = if outcome == "agreed" { self.half() } else { String::new() };
        self.wait(1, 11).officer(Action::Close, &[("outcome", outcome), ("level", level), ("recovered", &half)])
    }
    fn terminate(&mut self, ground: &'static str) -> &mut Self {
        let reason = self.said("terminate");
        let absent: Pairs<'_> = &[("termination", ground), ("reason", &reason), ("party", "respondent"), ("conduct", "refuses")];
        self.wait(5, 15).officer(Action::Terminate, if ground == "TM-2" { absent } else { &absent[..2] })
    }
    fn tell_both(&mut self) -> &mut Self {
        self.wait(1, 9).tell("termination", "submitter").wait(0, 11).tell("termination", "respondent")
    }
    fn refuse(&mut self, ground: &'static str, more: Pairs<'_>) -> &mut Self {
        let nth = usize::from(ground.as_bytes()[3] - b'1');
        let reason = self.words.papers.refuse[nth].clone();
        let mut fields = vec![("ground", ground), ("reason", reason.as_str())];
        fields.extend_from_slice(more);
        self.wait(2, 10).officer(Action::Refuse, &fields)
    }
    fn verify(&mut self) -> &mut Self {
        self.wait(1, 9).officer(Action::Verify, &[("note", "先行电话核实，约定现场检查时间。")])
    }
    fn propose(&mut self, what: &'static str, ground: &'static str) -> &mut Self {
        let lenient = matches!(ground, "NF20-1" | "NF20-2");
        let reason = self.said(match what {
            "file" => "verified",
            "extend" => "extend",
            _ if lenient => "lenient",
            _ => "unfounded",
        });
        let line = if ground == "NF20-1" { "law-minor" } else { "law-first" };
        let met: Vec<String> = (0..3).map(|n| format!("{line}/{n}")).collect();
        let mut fields = vec![("proposal", what), ("reason", reason.as_str())];
        if !ground.is_empty() {
            fields.push(("not_filing", ground));
        }
        if lenient {
            fields.push(("leniency", line));
            fields.extend(met.iter().map(|m| ("leniency_met", m.as_str())));
        }
        self.wait(4, 15).officer(Action::Propose, &fields)
    }
    fn approve(&mut self) -> &mut Self {
        self.wait(1, 16).lead(Action::Decide, &[("approved", "yes")])
    }
    fn moment(&self, minutes: i64) -> String {
        self.at.plus_minutes(minutes).civil().strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// Writes all stories.
pub(super) fn stories(casts: &[Cast], words: &mut Words, dice: &mut Dice, now: Instant) -> Vec<Story> {
    let mut book = Book { casts, words, dice, now, stories: Vec::new() };
    book.complaints();
    book.refusals();
    book.reports();
    book.questions();
    book.both();
    book.unusual();
    book.afterwards();
    book.elsewhere();
    book.badly();
    book.stories
}

struct Book<'a> {
    casts: &'a [Cast],
    words: &'a mut Words,
    dice: &'a mut Dice,
    now: Instant,
    stories: Vec<Story>,
}

/// What a story is about and where, before anything happens.
struct Begin {
    tag: &'static str,
    place: usize,
    /// Working days ago; 0 is today.
    ago: i64,
    kinds: &'static [Kind],
}

impl Book<'_> {
    /// Writes one story in the first locality.
    fn one(&mut self, tag: &'static str, ago: i64, kinds: &'static [Kind], play: impl FnOnce(&mut Draft<'_>)) {
        self.write(&Begin { tag, place: 0, ago, kinds }, play);
    }

    /// The same story some times over, spread over an interval of working days ago.
    fn many(&mut self, tag: &'static str, n: i64, ago: (i64, i64), kinds: &'static [Kind], play: impl Fn(&mut Draft<'_>, i64)) {
        for i in 0..n {
            let ago = ago.1 - (ago.1 - ago.0) * i / (n - 1).max(1);
            self.one(tag, ago, kinds, |d| play(d, i));
        }
    }

    fn write(&mut self, begin: &Begin, play: impl FnOnce(&mut Draft<'_>)) {
        let cast = &self.casts[begin.place];
        let unit = self.dice.pick(&cast.offices).clone();
        let day = workdays_before(self.now.date(), begin.ago);
        let hour = 8 + self.dice.below(11) as i8;
        let at = Instant::at(day.at(hour, self.dice.below(60) as i8, 0, 0));
        let bought = date_from_days(days_of(day) - 3 - self.dice.below(25) as i64);
        let matter = self.words.matter(self.dice, bought);
        let number = self.stories.len() + 1;
        let parts = begin.kinds.iter().map(|kind| Part {
            kind: Some(*kind),
            narrative: if *kind == Kind::Report { format!("{}{}", matter.complaint, matter.violation) } else { matter.complaint.clone() },
            demands: matter.demands.clone(),
            amount: matches!(kind, Kind::Complaint | Kind::Report).then_some(matter.amount),
            knew_on: (*kind == Kind::Complaint).then_some(bought),
            ..Part::default()
        });
        let incoming = Incoming {
            channel: "web".into(),
            external_id: format!("demonstration{number:06}"),
            received_at: Some(at),
            parts: parts.collect(),
            name: self.words.person(self.dice),
            phone: format!("199{:08}", 10_000_000 + number * 7_919 % 80_000_000),
            address: self.words.street(self.dice),
            publish: self.dice.below(3) > 0,
            entrust: self.dice.below(4) == 0,
            respondent: (matter.shop.clone(), self.words.street(self.dice), None, format!("199{:08}", 90_000_000 + number)),
            ..Incoming::default()
        };
        let story = Story {
            tag: begin.tag,
            place: begin.place,
            unit,
            at,
            incoming,
            evidence: number.is_multiple_of(9),
            shown: false,
            steps: Vec::new(),
        };
        let kind = begin.kinds[0];
        let mut draft = Draft { story, matter, at, kind, words: self.words, dice: self.dice };
        play(&mut draft);
        let mut story = draft.story;
        fit(&mut story, self.now);
        self.stories.push(story);
    }
}

/// Brings a story that would run past now back before it, its order kept.
fn fit(story: &mut Story, now: Instant) {
    let mut limit = now.plus_minutes(-3);
    for step in story.steps.iter_mut().rev() {
        step.at = step.at.min(limit);
        limit = step.at.plus_minutes(-1);
    }
    if story.at > limit {
        story.at = limit;
        story.incoming.received_at = Some(limit);
        story.incoming.organ_at = story.incoming.organ_at.map(|o| o.min(limit));
    }
}

const COMPLAINT: &[Kind] = &[Kind::Complaint];
const REPORT: &[Kind] = &[Kind::Report];
const CONSULTATION: &[Kind] = &[Kind::Consultation];
const OTHER: &[Kind] = &[Kind::Other];
const BOTH: &[Kind] = &[Kind::Complaint, Kind::Report];

impl Book<'_> {
    fn complaints(&mut self) {
        self.many("new complaint", 7, (0, 1), COMPLAINT, |_, _| {});
        self.many("sent", 5, (1, 2), COMPLAINT, |d, _| {
            d.wait(0, 9).send();
        });
        self.many("being decided", 6, (2, 5), COMPLAINT, |d, _| {
            d.at_desk().note();
        });
        self.many("accepted, to be told", 2, (3, 5), COMPLAINT, |d, _| {
            d.at_desk().wait(1, 14).officer(Action::Accept, &[]);
        });
        self.many("accepted", 3, (4, 9), COMPLAINT, |d, _| {
            d.at_desk().accept();
        });
        self.many("in mediation", 9, (8, 36), COMPLAINT, |d, i| {
            d.story.shown = i == 7;
            d.at_desk().accept().mediate().note();
        });
        self.many("out for testing", 2, (12, 22), COMPLAINT, |d, _| {
            d.at_desk().accept().mediate().wait(2, 9);
            let on = d.at.date().to_string();
            d.officer(Action::TestingOut, &[("institution", "产品质量检验研究院（演示）"), ("on", &on)]);
        });
        self.one("tested, then agreed", 48, COMPLAINT, |d| {
            d.at_desk().accept().mediate().wait(2, 9);
            let out = d.at.date().to_string();
            d.officer(Action::TestingOut, &[("institution", "产品质量检验研究院（演示）"), ("on", &out)]).wait(9, 10);
            let back = d.at.date().to_string();
            d.officer(Action::TestingBack, &[("on", &back), ("result", "样品一项指标不合格。")]).agree().close("agreed");
        });
        self.one("recusal asked for", 10, COMPLAINT, |d| {
            d.at_desk().accept().mediate().wait(1, 10);
            d.officer(Action::AskRecusal, &[("party", "submitter"), ("reason", "投诉人称承办人与经营者相识。")]);
        });
        self.one("recusal decided", 26, COMPLAINT, |d| {
            d.at_desk().accept().mediate().wait(1, 10);
            d.officer(Action::AskRecusal, &[("party", "respondent"), ("reason", "经营者认为承办人曾处理过其同业纠纷。")]);
            d.wait(1, 10).lead(Action::DecideRecusal, &[("granted", "no")]);
        });
        self.many("agreed, to be closed", 2, (9, 12), COMPLAINT, |d, _| {
            d.at_desk().accept().mediate().agree();
        });
        self.many("agreed", 17, (18, 140), COMPLAINT, |d, i| {
            d.story.shown = i == 16;
            d.at_desk().accept().mediate().agree();
            if i % 3 == 0 {
                d.wait(0, 16).tell("agreement", "submitter");
            }
            d.close("agreed");
        });
        self.many("terminated, to be told", 2, (14, 18), COMPLAINT, |d, i| {
            d.at_desk().accept().mediate().terminate("TM-3");
            if i == 1 {
                d.wait(1, 9).tell("termination", "submitter");
            }
        });
        self.many("terminated", 6, (25, 110), COMPLAINT, |d, i| {
            let ground = ["TM-2", "TM-3", "TM-4", "TM-8", "TM-2", "TM-3"][i as usize % 6];
            d.at_desk().accept().mediate().terminate(ground).tell_both().close("terminated");
        });
        self.one("found untrue", 60, COMPLAINT, |d| {
            d.at_desk().accept().mediate().terminate("TM-3").tell_both().wait(1, 10);
            d.officer(Action::Close, &[("outcome", "terminated"), ("untrue", "1"), ("summary", "监控显示商品交付时完好，诉求不属实。")]);
        });
        self.one("withdrawn", 7, COMPLAINT, |d| {
            d.wait(0, 9).send().wait(1, 20).person(Action::Withdraw, &[("reason", "已经想通了，不投诉了。")]);
        });
        self.one("settled by themselves", 15, COMPLAINT, |d| {
            d.at_desk().wait(1, 20).person(Action::Withdraw, &[("reason", "店家已经退款。"), ("settled", "1")]);
        });
        self.one("withdrawn in mediation", 33, COMPLAINT, |d| {
            d.at_desk().accept().mediate().wait(4, 19).person(Action::Withdraw, &[("reason", "双方私下解决了。"), ("settled", "1")]);
            d.tell_both().close("settled");
        });
        self.many("overdue decision", 2, (9, 11), COMPLAINT, |d, _| {
            d.at_desk();
        });
        self.one("overdue mediation", 58, COMPLAINT, |d| {
            d.at_desk().accept().mediate();
        });
        self.one("terminated as the limit passed", 90, COMPLAINT, |d| {
            d.at_desk().accept().mediate().wait(44, 10);
            d.officer(Action::Terminate, &[("termination", "TM-5"), ("reason", "自受理之日起六十日内未能达成调解协议。")]);
            d.tell_both().close("terminated");
        });
    }

    fn refusals(&mut self) {
        self.one("refused: another department", 21, COMPLAINT, |d| {
            d.at_desk().refuse("NA-1", &[("handed_to", "商务主管部门")]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused: before a court", 44, COMPLAINT, |d| {
            d.at_desk().refuse("NA-2", &[("body", "court")]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused: no consumption", 31, COMPLAINT, |d| {
            d.story.incoming.parts[0].narrative =
                "本人在贵县一家超市购买同款饼干四十盒，标签不规范，要求十倍赔偿。同类问题我还投诉了六家。".into();
            d.at_desk().refuse("NA-3", &[("factor", "quantity")]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused: too late", 72, COMPLAINT, |d| {
            d.story.incoming.parts[0].knew_on = Some(date_from_days(days_of(d.at.date()) - 1_300));
            d.at_desk().refuse("NA-4", &[]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused: nothing to show", 53, COMPLAINT, |d| {
            d.at_desk().refuse("NA-5", &[]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused: identity", 65, COMPLAINT, |d| {
            ask_identity(d, 2);
            d.wait(2, 17).refuse("NA-6", &[]).wait(0, 16).tell("refusal", "submitter");
        });
        self.one("refused: other", 101, COMPLAINT, |d| {
            d.at_desk().refuse("NA-7", &[]).wait(1, 10).tell("refusal", "submitter");
        });
        self.one("refused, to be told", 5, COMPLAINT, |d| {
            d.at_desk().refuse("NA-5", &[]);
        });
        self.one("identity asked", 3, COMPLAINT, |d| ask_identity(d, 3));
        self.one("identity proved", 6, COMPLAINT, |d| {
            ask_identity(d, 3);
            d.wait(1, 10).officer(Action::ProveIdentity, &[]);
        });
    }

    fn reports(&mut self) {
        self.many("new report", 3, (0, 1), REPORT, |_, _| {});
        self.many("being verified", 5, (4, 12), REPORT, |d, _| {
            d.at_desk().verify().note();
        });
        self.many("waiting for the head", 3, (8, 10), REPORT, |d, i| {
            d.at_desk().verify();
            match i {
                0 => d.propose("file", ""),
                1 => d.propose("not_file", "NF20-2"),
                _ => d.propose("extend", ""),
            };
        });
        self.many("extended", 2, (16, 20), REPORT, |d, _| {
            d.at_desk().verify().propose("extend", "").approve();
        });
        self.many("filed", 4, (24, 96), REPORT, |d, _| {
            d.at_desk().verify().propose("file", "").approve().wait(1, 10).tell("filing", "submitter").close("filed");
        });
        self.many("not filed", 5, (22, 120), REPORT, |d, i| {
            let ground = ["NF20-2", "NF20-1", "NF19-1", "NF20-2", "NF20-3"][i as usize % 5];
            d.at_desk().verify().propose("not_file", ground).approve().wait(0, 16).tell("filing", "submitter").close("not_filed");
        });
        self.one("sent back by the head", 17, REPORT, |d| {
            d.at_desk().verify().propose("not_file", "NF19-1").wait(1, 16);
            d.lead(Action::Decide, &[("approved", "no"), ("reason", "请补充对供货商的核查。")]).note();
        });
        self.one("another department's", 28, REPORT, |d| {
            d.at_desk().wait(2, 10).officer(Action::SendElsewhere, &[("department", "综合行政执法局"), ("reason", "占道经营由其管辖。")]);
            d.wait(1, 10).tell("elsewhere", "submitter");
        });
        self.one("another department's, to be told", 6, REPORT, |d| {
            d.wait(1, 9)
                .clerk(Action::SendElsewhere, &[("department", "烟草专卖局"), ("reason", "卷烟经营由其管辖。"), ("handed_over", "1")]);
        });
        self.one("reported twice: first", 13, REPORT, |d| {
            d.at_desk().verify();
        });
        let (unit, same) = self.stories.last().map(|s| (s.unit.clone(), s.incoming.clone())).unwrap_or_default();
        self.one("reported twice: again", 8, REPORT, |d| {
            d.story.unit = unit;
            let mine = std::mem::take(&mut d.story.incoming);
            d.story.incoming = Incoming { external_id: mine.external_id, received_at: mine.received_at, ..same };
            let ticks = [("of", "@reported twice: first"), ("same_reporter", "1"), ("same_respondent", "1"), ("nothing_new", "1")];
            d.at_desk().wait(1, 10).officer(Action::Duplicate, &ticks).wait(0, 15).tell("duplicate", "submitter");
        });
        self.one("supplemented", 14, REPORT, |d| {
            d.at_desk().verify().wait(3, 10);
            let at = d.moment(-45);
            d.officer(Action::Supplement, &[("at", &at)]);
        });
        self.one("authority disputed", 9, REPORT, |d| {
            d.at_desk().wait(1, 10).officer(Action::Dispute, &[("with", "邻县市场监督管理局"), ("reason", "仓库在邻县。")]);
        });
        self.one("authority settled", 24, REPORT, |d| {
            d.at_desk().wait(1, 10).officer(Action::Dispute, &[("with", "邻县市场监督管理局"), ("reason", "网店注册地在邻县。")]);
            d.wait(3, 10).officer(Action::SettleDispute, &[("ours", "yes")]).verify();
        });
        self.many("anonymous", 3, (2, 19), REPORT, |d, i| {
            let incoming = &mut d.story.incoming;
            (incoming.anonymous, incoming.name, incoming.phone, incoming.address) = (true, String::new(), String::new(), String::new());
            if i < 2 {
                d.at_desk().verify();
            }
        });
        self.one("report withdrawn, verified all the same", 11, REPORT, |d| {
            d.at_desk().verify().wait(2, 20).person(Action::Withdraw, &[("reason", "怕被报复，撤回。")]);
        });
        self.many("urgent", 2, (0, 1), REPORT, |d, _| {
            d.story.incoming.parts[0].narrative = "学校门口的小卖部卖的辣条，三个孩子吃了呕吐，正在医院。".into();
            d.wait(0, 9).clerk(Action::Urgent, &[("reason", "多名儿童身体不适，涉嫌食品安全事件。")]).send();
        });
        self.one("urgent, settled", 34, REPORT, |d| {
            d.wait(0, 9).send().wait(0, 10).open();
            d.step(Who::Supervisor, Next::Act(Action::Urgent), &[("reason", "涉及燃气具泄漏，限二十四小时内核查。")]);
            d.officer(Action::Verify, &[("note", "立即现场核查。")]).propose("file", "").approve().wait(0, 17).close("filed");
        });
    }

    fn questions(&mut self) {
        let questions: Vec<(String, String)> = self.words.question.iter().map(|q| (q.ask.clone(), q.answer.clone())).collect();
        for (i, (ask, answer)) in questions.into_iter().enumerate() {
            let ago = i as i64 * 9;
            self.one("consultation", ago, CONSULTATION, |d| {
                asks(d, &ask);
                if i > 1 {
                    d.wait(0, 10).clerk(Action::Answer, &[("answer", &answer), ("method", "phone")]);
                }
            });
        }
        let others: Vec<(String, String)> = self.words.other.iter().map(|q| (q.ask.clone(), q.answer.clone())).collect();
        for (i, (ask, answer)) in others.into_iter().enumerate() {
            self.one("other request", 2 + i as i64 * 6, OTHER, |d| {
                asks(d, &ask);
                if i > 0 {
                    d.at_desk().wait(1, 10).officer(Action::Answer, &[("answer", &answer), ("method", "sms")]);
                }
            });
        }
    }

    fn both(&mut self) {
        self.one("both, new", 0, BOTH, |_| {});
        self.one("both, the report being verified", 9, BOTH, |d| {
            d.story.shown = true;
            d.at_desk().accept();
            d.kind = Kind::Report;
            d.wait(0, 16).send().wait(1, 10).open().verify();
        });
        self.one("both, ended", 55, BOTH, |d| {
            d.at_desk().accept().mediate().agree().close("agreed");
            d.kind = Kind::Report;
            d.wait(0, 14).send().wait(1, 9).open().verify().propose("file", "").approve().close("filed");
        });
        self.one("split", 4, COMPLAINT, |d| {
            let (kept, taken) = (d.matter.complaint.clone(), d.matter.violation.clone());
            d.story.incoming.parts[0].narrative = format!("{kept}另外，{taken}");
            let fields = [("narrative", kept.as_str()), ("other_narrative", taken.as_str()), ("kind", "report")];
            d.wait(0, 10).step(Who::Clerk, Next::Split(Kind::Report), &fields).send().wait(1, 9).open();
        });
        self.one("a clue in mediation", 12, COMPLAINT, |d| {
            d.at_desk().accept().mediate();
            d.wait(1, 10).officer(Action::FindClue, &[("what", "调解时发现经营者仓库存放过期商品，另行核查。")]);
        });
    }

    fn unusual(&mut self) {
        self.many("brought to the counter, entered later", 3, (5, 27), COMPLAINT, |d, i| {
            // Received by hand on one day, entered two working days later; told on the telephone, noted the next morning.
            let by_hand = Instant::at(workdays_before(d.at.date(), 2).at(9, 20, 0, 0));
            d.story.incoming.channel = "counter".into();
            d.story.incoming.organ_at = Some(by_hand);
            d.at_desk();
            if i < 2 {
                d.wait(1, 14).officer(Action::Accept, &[]);
                let told = d.moment(30);
                d.wait(1, 9);
                let fields = [
                    ("matter", "acceptance"),
                    ("party", "submitter"),
                    ("method", "phone"),
                    ("proof", "前一日通话"),
                    ("effective", told.as_str()),
                ];
                d.officer(Action::Tell, &fields);
            }
        });
        self.one("returned to the intake", 4, COMPLAINT, |d| {
            d.at_desk().wait(1, 9).officer(Action::Return, &[("reason", "经营地址不在本所辖区。")]);
        });
        self.one("taken back", 3, COMPLAINT, |d| {
            d.wait(0, 10).send().wait(0, 15).clerk(Action::TakeBack, &[("reason", "投诉人更正了地址。")]);
        });
        self.one("no consultation but a complaint", 6, CONSULTATION, |d| {
            d.wait(0, 10).clerk(Action::Reclassify, &[("kind", "complaint"), ("reason", "来件提出退款要求，属于投诉。")]).send();
            d.wait(1, 9).open();
        });
        self.one("one matter twice: first", 16, COMPLAINT, |d| {
            d.at_desk().accept();
        });
        let same = self.stories.last().map(|s| s.incoming.clone()).unwrap_or_default();
        self.one("one matter twice: again", 14, COMPLAINT, |d| {
            let mine = std::mem::take(&mut d.story.incoming);
            d.story.incoming = Incoming { external_id: mine.external_id, received_at: mine.received_at, ..same };
            d.wait(0, 10).clerk(Action::Merge, &[("into", "@one matter twice: first")]);
        });
        self.one("put right", 23, COMPLAINT, |d| {
            d.at_desk().wait(1, 9);
            let fields = [("correction", "respondent"), ("respondent_name", "好邻居超市（总店）"), ("reason", "投诉人写错店名。")];
            d.officer(Action::Correct, &fields).accept().mediate().agree().close("agreed");
        });
        self.one("more evidence", 10, COMPLAINT, |d| {
            d.story.evidence = true;
            d.at_desk().accept().wait(1, 20).person(Action::AddEvidence, &[("note", "补充付款小票和合同。")]);
        });
        self.many("before Order 121", 2, (158, 161), COMPLAINT, |d, _| {
            d.at_desk().accept().mediate().agree().close("agreed");
        });
    }

    /// Questions and appointments, and what comes after closing.
    fn afterwards(&mut self) {
        self.many("asked", 3, (2, 6), COMPLAINT, |d, i| {
            d.at_desk().wait(0, 16).officer(Action::Ask, &[("question", "请补充购买日期和付款方式，有小票的请拍照上传。")]);
            if i > 0 {
                d.wait(1, 20).person(Action::Reply, &[("reply", "上月十八日在店里刷卡买的，小票已经上传。")]);
            }
        });
        self.many("appointed", 3, (3, 6), COMPLAINT, |d, i| {
            d.at_desk().accept().mediate();
            let soon = workdays_after(d.at.date(), 3 + i).at(14, 30, 0, 0).strftime("%Y-%m-%dT%H:%M").to_string();
            let fields = [
                ("appointed_at", soon.as_str()),
                ("mode", "in_person"),
                ("place", "本所一楼调解室"),
                ("mediators", "调解员一名、书记一名"),
            ];
            d.officer(Action::Appoint, &fields);
        });
        self.many("followed up", 5, (24, 40), COMPLAINT, |d, i| {
            d.at_desk().accept().mediate().agree().close("agreed");
            let said = if i == 2 { "fair" } else { "satisfied" };
            d.wait(3, 10).clerk(Action::FollowUp, &[("method", "phone"), ("satisfaction", said), ("reason", "")]);
        });
        self.many("handled again", 3, (18, 30), COMPLAINT, |d, i| {
            d.at_desk().accept().mediate().terminate("TM-3").tell_both().close("terminated");
            let why = "商家后来愿意退一半，请再联系一次。";
            d.wait(2, 19).person(Action::AskReopen, &[("reason", why)]);
            if i > 0 {
                d.wait(1, 9).lead(Action::Reopen, &[("reason", "双方有和解意愿，再次联系。")]);
            }
            if i > 1 {
                let fields = [("outcome", "settled"), ("recovered", "200"), ("summary", "再次联系双方，商家退还二百元，已到账。")];
                d.wait(2, 15).officer(Action::Close, &fields);
            }
        });
    }

    /// The organ below the first, and the second locality.
    fn elsewhere(&mut self) {
        if let Some(below) = self.casts[0].below.clone() {
            self.many("another organ's", 4, (2, 30), COMPLAINT, |d, i| {
                d.story.unit.clone_from(&below);
                d.wait(0, 10).clerk(Action::Send, &[("to", ITS_INTAKE), ("basis", "business")]);
                d.wait(1, 9).step(Who::ItsClerk, Next::Act(Action::Receive), &[]);
                if i == 3 {
                    return;
                }
                d.step(Who::ItsClerk, Next::Act(Action::Send), &[("to", OWN_UNIT), ("basis", "internal")]);
                if i < 3 {
                    d.wait(2, 10).open();
                }
                if i < 2 {
                    d.accept().mediate();
                }
                if i == 0 {
                    d.agree().close("agreed");
                }
            });
        }
        for i in 0..22 {
            let (kinds, tag) = match i % 4 {
                3 => (REPORT, "second locality, report"),
                _ => (COMPLAINT, "second locality, complaint"),
            };
            self.write(&Begin { tag, place: 1, ago: i * 3 / 2, kinds }, |d| {
                if i < 2 {
                    return;
                }
                d.wait(0, 10).send();
                if i < 4 {
                    return;
                }
                d.wait(0, 14).open().wait(0, 15).tell("contact", "submitter");
                match (kinds == REPORT, i) {
                    (true, ..12) => d.verify(),
                    (true, _) => d.verify().propose("not_file", "NF20-2").approve().close("not_filed"),
                    (false, ..7) => d,
                    (false, ..12) => d.accept().mediate(),
                    (false, ..15) => d.refuse("NA-5", &[]).wait(1, 10).tell("refusal", "submitter"),
                    (false, _) => d.accept().mediate().agree().close("agreed"),
                };
            });
        }
    }

    /// Bad reviews: one corrected, one called again, one handled again, one just heard.
    fn badly(&mut self) {
        self.many("dissatisfied", 4, (24, 32), COMPLAINT, |d, i| {
            d.at_desk().accept().mediate().terminate("TM-3").tell_both().close("terminated");
            let bad = [("method", "phone"), ("satisfaction", "dissatisfied"), ("reason", "只打过一次电话就说调解不成，没有人到店里看过。")];
            d.wait(1, 10).clerk(Action::FollowUp, &bad);
            if i == 3 {
                return;
            }
            let again = [("outcome", "settled"), ("recovered", "300"), ("summary", "到店核对后再次调解，商家退还三百元，已到账。")];
            d.wait(2, 15).officer(Action::Close, &again);
            if i == 2 {
                return;
            }
            d.wait(1, 10).lead(Action::FollowUp, &[("method", "phone"), ("satisfaction", "fair"), ("reason", "")]);
            if i == 1 {
                return;
            }
            let done = [
                ("wrong", "首次调解没有到场核对，终止前没有再征求双方意见。"),
                ("changed", "终止调解前须到场或者视频核对一次，由负责人复看。"),
                ("corrected_by", "本所全体承办人"),
            ];
            d.wait(1, 14).lead(Action::Rectify, &done);
        });
    }
}

fn ask_identity(d: &mut Draft<'_>, days: i64) {
    d.at_desk().wait(0, 14);
    let by = workdays_after(d.at.date(), days).to_string();
    d.officer(Action::AskIdentity, &[("by", &by), ("materials", "请携带身份证原件或者通过实名认证。")]);
    d.tell("identity_notice", "submitter");
}

fn asks(d: &mut Draft<'_>, text: &str) {
    let incoming = &mut d.story.incoming;
    text.clone_into(&mut incoming.parts[0].narrative);
    incoming.parts[0].demands.clear();
    incoming.respondent = Default::default();
}
