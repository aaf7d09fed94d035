//! A case on one page: what was written, by whom and against whom (masked until asked for), its clocks, history, papers, and what may be
//! done now — or why not.

use super::action::{self, address};
use super::lists::{mine_counts, mine_filter};
use super::rows::{side, title_of};
use super::{details, evidence, label};
use crate::usecase::Denied;
use crate::usecase::fields::Fields;
use crate::usecase::read::{self, IDENTIFYING, Opened};
use crate::web::http::{Cases, Desk, Permit, Web, Workers, encode, page as render};
use crate::web::i18n::Lang;
use crate::web::keys;
use crate::web::timeline::{Reader, Teller};
use crate::web::views::desk::{Act, Blocked, CasePage, Fact, Note, Party as PartyView, Sibling, Side, Stretch};
use crate::web::views::parts::{Errors, Link, Tag, Tone};
use axum::extract::Path;
use rules::access::Role;
use rules::case::command::{Action, WhyNot};
use rules::case::decide::offers;
use rules::case::event::{Event, Sealed, paper_of};
use rules::case::next::{Step, next};
use rules::case::{Case, Identity};
use rules::law::{Kind, Party, Regime};
use store::{cases, queue};

/// Cases in the list beside a case.
const SIDE: i64 = 30;

pub(super) async fn page(d: Desk<Cases>, Path(token): Path<String>) -> Web {
    let ahead = super::inbox::is_ahead(&d.v.headers);
    let opened = read::open(&d.v.app, &d.scope, &token, &[], if ahead { "preload" } else { "case" }).await?;
    let mut view = view(&d, &opened, &[]).await?;
    super::beside::fill(&d, &opened, &mut view).await?;
    let next = super::inbox::beside(&d, &opened.loaded, &mut view, ahead).await?;
    Ok(super::inbox::with_next(render(&view), next.filter(|_| !ahead)))
}

/// Shows personal values in full, one by one as asked for; the access log has it before the answer goes out.
pub(super) async fn reveal(d: Desk<Workers>, Path(token): Path<String>, axum::Form(pairs): super::account::Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let asked: Vec<&str> = fields.all("field").iter().flat_map(|f| f.split(',')).filter(|f| IDENTIFYING.contains(f)).collect();
    let opened = read::open(&d.v.app, &d.scope, &token, &asked, "reveal").await?;
    let view = view(&d, &opened, &asked).await?;
    Ok(render(&view))
}

/// The page of an opened case.
pub(super) async fn view<P: Permit>(d: &Desk<P>, opened: &Opened, revealed: &[&str]) -> Result<CasePage, Denied> {
    let l = d.v.l.lang;
    let (loaded, case) = (&opened.loaded, &opened.loaded.case);
    let r = &case.registration;
    let papers = format!("/desk/case/{}/paper", r.token);
    let teller = Teller { lang: l, world: &d.v.world, now: d.v.app.clock().now(), reader: Reader::Desk, papers: &papers };
    let offered = offers(case, &d.scope.actor());
    let may = |a: Action| offered.iter().any(|(o, w)| *o == a && w.is_ok());
    let works = d.role != Role::Supervisor;
    let see = Seen { l, opened, revealed, works };
    let entries = teller.entries(opened);
    let channel =
        r.channel.split_once(':').map_or_else(|| l.code("channel", &r.channel), |(c, s)| format!("{} · {s}", l.code("channel", c)));
    let about = [format!("{} {}", l.code("kind", case.kind.code()), r.number), channel, teller.seat(case.seat)];
    Ok(CasePage {
        side: side_list(d, &r.token).await?,
        title: title(l, opened),
        about: about.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "),
        tags: tags(&teller, case),
        notices: [notices(l, &d.v.world, case), super::mail::notes(d, loaded).await?].concat(),
        next: teller.next_card(case, "next"),
        clocks: teller.clock_rows(case),
        narrative: narrative(l, opened, works),
        request: r.demands.iter().map(|x| l.code("demand", x.code())).collect::<Vec<_>>().join(", "),
        parties: vec![see.submitter(case), see.respondent(case)],
        facts: [facts(&teller, case), details::facts(&teller, opened)].concat(),
        evidence: evidence::list(d, loaded).await?,
        entries: if works { entries } else { Vec::new() },
        notes: if works { notes(&teller, opened, &d.scope.actor()) } else { Vec::new() },
        withheld: !works,
        note_to: if may(Action::Note) && works { address(&r.token, Action::Note) } else { String::new() },
        acts: acts(l, case, &offered, quick_action(&may)),
        quick: quick(d, opened, &may),
        blocked: blocked(l, case, &offered),
        papers: if works { paper_links(&teller, opened) } else { Vec::new() },
        siblings: siblings(d, loaded).await?,
        related: Vec::new(),
        talk: Vec::new(),
        tools: Vec::new(),
        claim: String::new(),
        l: d.layout(),
    })
}

/// What a case is called on its own pages.
pub(super) fn title(l: Lang, opened: &Opened) -> String {
    let r = &opened.loaded.case.registration;
    let own = opened.text(r.title.as_ref());
    let words = if own.is_empty() { r.respondent.name.as_str() } else { own };
    if words.is_empty() { format!("{} {}", l.code("kind", opened.loaded.case.kind.code()), r.number) } else { words.to_owned() }
}

async fn side_list<P: Permit>(d: &Desk<P>, token: &str) -> Result<Option<Side>, Denied> {
    if !matches!(d.role, Role::Officer | Role::Lead | Role::Partner) {
        return Ok(None);
    }
    let now = d.v.app.clock().now();
    let counts = mine_counts(d, "", "-").await?;
    let mut db = d.v.app.db().read().await?;
    let mut lines = queue::page(&mut db, &d.scope, &mine_filter(d, ""), None, SIDE).await?;
    // Where no clock runs nothing presses.
    lines.sort_by_key(|line| line.due_at.is_none());
    let items = lines.iter().map(|line| side(d.v.l.lang, &d.v.world, line, now, line.token == token)).collect();
    Ok(Some(Side { counts, items }))
}

fn tags(teller: &Teller<'_>, case: &Case) -> Vec<Tag> {
    let mut out = vec![teller.state_tag(case)];
    if case.urgent {
        out.push(Tag::new(Tone::Late, teller.lang.t("urgent")));
    }
    if case.withdrawn {
        out.push(Tag::new(Tone::Plain, teller.lang.code("event", "Withdrawn")));
    }
    out
}

fn notices(l: Lang, world: &crate::app::World, case: &Case) -> Vec<(Tone, String, Option<Link>)> {
    let mut out = Vec::new();
    if case.erased {
        out.push((Tone::Late, l.t("notice-erased"), None));
    }
    if case.registration.historical {
        out.push((Tone::Plain, l.t("notice-historical"), None));
    }
    if case.clocks.iter().any(|c| c.is_open() && c.due.provisional) {
        out.push((Tone::Soon, l.t("notice-provisional"), None));
    }
    if let (Identity::Asked(by), false) = (case.identity, case.is_over()) {
        out.push((Tone::Soon, l.t1("notice-identity", "date", l.date(by)), None));
    }
    if case.withdrawn && case.kind == Kind::Report && !case.is_over() {
        out.push((Tone::Soon, l.t("notice-withdrawn-report"), None));
    }
    if case.merged_into.is_some() {
        out.push((Tone::Plain, l.t("notice-merged"), None));
    }
    out.extend(super::orders::on_case(l, world, case));
    out
}

fn narrative(l: Lang, opened: &Opened, works: bool) -> Vec<Stretch> {
    let text = opened.text(opened.loaded.case.registration.narrative.as_ref());
    let words = match () {
        () if opened.erased => l.t("text-erased"),
        () if !works => l.t("text-not-for-you"),
        () if text.is_empty() => l.t("text-none"),
        () => text.to_owned(),
    };
    vec![Stretch { text: words, mark: false }]
}

/// Personal values as this reader sees them.
struct Seen<'a> {
    l: Lang,
    opened: &'a Opened,
    revealed: &'a [&'a str],
    works: bool,
}

impl Seen<'_> {
    fn fact(&self, name: &str, sealed: Option<&Sealed>) -> Option<Fact> {
        let sealed = sealed?;
        let value = if self.opened.erased { self.l.t("text-erased") } else { self.opened.text(Some(sealed)).to_owned() };
        let whole = self.revealed.contains(&sealed.field.as_str()) || !self.works || self.opened.erased;
        let token = &self.opened.loaded.case.registration.token;
        Some(Fact {
            label: label(self.l, name),
            value: if value.is_empty() { self.l.t("text-not-for-you") } else { value },
            reveal: if whole { String::new() } else { format!("/desk/case/{token}/reveal") },
            reveal_field: if whole { String::new() } else { [self.revealed.join(",").as_str(), &sealed.field].join(",") },
            links: Vec::new(),
        })
    }

    fn submitter(&self, case: &Case) -> PartyView {
        let s = &case.registration.submitter;
        let all = [("name", &s.name), ("phone", &s.phone), ("address", &s.address), ("id_number", &s.id_number)];
        let others = details::people(case);
        let all = all.into_iter().map(|(name, v)| (name, v.as_ref())).chain(others);
        let mut facts: Vec<Fact> = all.filter_map(|(name, v)| self.fact(name, v)).collect();
        if facts.is_empty() {
            let words = if case.registration.anonymous && !case.registration.historical { "person-anonymous" } else { "person-unknown" };
            facts.push(Fact { label: label(self.l, "name"), value: self.l.t(words), ..Fact::default() });
        }
        PartyView { head: self.l.code("party", Party::Submitter.code()), facts }
    }

    fn respondent(&self, case: &Case) -> PartyView {
        let r = &case.registration.respondent;
        let plain = |name: &str, value: &str| Fact { label: label(self.l, name), value: value.to_owned(), ..Fact::default() };
        let mut facts = Vec::new();
        if !r.name.is_empty() {
            let others = Link::new(format!("/desk/search?q={}", encode(&r.name)), self.l.t("respondent-others"));
            facts.push(Fact { links: vec![others], ..plain("respondent_name", &r.name) });
        }
        if !r.address.is_empty() {
            facts.push(plain("respondent_address", &r.address));
        }
        facts.extend(r.uscc.as_deref().map(|u| plain("uscc", u)));
        facts.extend(self.fact("respondent_phone", r.phone.as_ref()));
        if facts.is_empty() {
            facts.push(plain("respondent_name", &self.l.t("person-unknown")));
        }
        PartyView { head: self.l.code("party", Party::Respondent.code()), facts }
    }
}

fn facts(teller: &Teller<'_>, case: &Case) -> Vec<Fact> {
    let (l, r) = (teller.lang, &case.registration);
    let mut out = Vec::new();
    let mut add = |name: &str, value: String| out.push(Fact { label: label(l, name), value, ..Fact::default() });
    if let Some(amount) = r.amount {
        add("amount", l.money(amount.0));
    }
    if let Some(on) = r.knew_on {
        add("knew_on", l.date(on));
    }
    if let Some(id) = &r.external_id {
        add("external_id", id.clone());
    }
    add("platform_at", r.platform_at.map_or_else(|| l.t("tl-unknown"), |at| l.datetime(at)));
    if let Some(at) = case.organ_at {
        add("organ_at", l.datetime(at));
    }
    if let Some(at) = case.desk_at {
        add("desk_at", l.datetime(at));
    }
    if let Some(handler) = case.handler {
        add("handler", teller.person(handler));
    }
    if let Some(regime) = case.regime.filter(|x| *x != Regime::None) {
        add("regime", l.code("regime", regime.code()));
    }
    if case.kind == Kind::Complaint && !r.historical {
        let yes = |given: bool| l.code("given", if given { "yes" } else { "no" });
        for ((party, to), given) in &case.consents {
            let what = format!("{} · {}", l.code("consent", to.code()), l.code("party", party.code()));
            out.push(Fact { label: what, value: yes(*given), ..Fact::default() });
        }
    }
    out
}

fn notes(teller: &Teller<'_>, opened: &Opened, reader: &rules::access::Actor) -> Vec<Note> {
    let note = |(r, f): &(store::chain::Recorded, rules::case::event::Fact)| match &f.event {
        Event::Noted { note, private } if !private || rules::case::care::reads_private(r.by.actor, reader) => {
            let who = r.by.actor.map(|p| teller.person(p)).unwrap_or_default();
            let mine = if *private { format!(" · {}", label(teller.lang, "private")) } else { String::new() };
            let about = format!("{who} · {}{mine}", teller.lang.stamp(r.recorded_at));
            Some(Note { about, text: opened.text(Some(note)).to_owned() })
        }
        _ => None,
    };
    opened.loaded.events.iter().rev().filter_map(note).collect()
}

fn quick_action(may: &impl Fn(Action) -> bool) -> Option<Action> {
    [Action::Open, Action::Send, Action::Receive, Action::Answer].into_iter().find(|a| may(*a))
}

/// The form that is answered without leaving the page: the usual next step where it is short.
fn quick<P: Permit>(d: &Desk<P>, opened: &Opened, may: &impl Fn(Action) -> bool) -> Option<(String, crate::web::views::parts::ActionForm)> {
    let action = quick_action(may)?;
    let mut form = action::form_for(d, &opened.loaded, action, &Fields::default(), Errors::default());
    form.back = String::new();
    form.law = String::new();
    // On the case's own page the short form asks only for what is needed; the rest is on the action's page.
    form.fields.retain(|f| f.name != "effective");
    Some((d.v.l.code("action", action.code()), form))
}

/// The usual next step.
fn usual(case: &Case) -> Option<Action> {
    Some(match next(case)?.step {
        Step::Receive => Action::Receive,
        Step::Send => Action::Send,
        Step::Open => Action::Open,
        Step::Decide => Action::Accept,
        Step::Tell => Action::Tell,
        Step::StartMediation => {
            let both = [Party::Submitter, Party::Respondent].iter().all(|p| case.consents_to(*p, rules::case::event::Consent::Mediation));
            if both { Action::Mediate } else { Action::Consent }
        }
        Step::DecideRecusal => Action::DecideRecusal,
        Step::AwaitTesting => Action::TestingBack,
        Step::Mediate => Action::Agree,
        Step::MustTerminate => Action::Terminate,
        Step::Verify => Action::Verify,
        Step::Propose => Action::Propose,
        Step::Approve => Action::Decide,
        Step::SettleDispute => Action::SettleDispute,
        Step::Answer => Action::Answer,
        Step::SettleOrReturn => Action::Withdraw,
        Step::Feedback => Action::Feedback,
        Step::Close | Step::HandleAgain => Action::Close,
    })
}

/// The group an action stands in on the page: what decides has no heading.
fn group(action: Action) -> Option<&'static str> {
    match action {
        Action::Tell | Action::Ask | Action::Reply | Action::Contact | Action::Consent | Action::Appoint | Action::EndAppointment => {
            Some("talk")
        }
        Action::AddEvidence | Action::Note | Action::Minutes | Action::IssueAgreement | Action::ShareCopy | Action::FindClue => {
            Some("file")
        }
        Action::Urgent
        | Action::Order
        | Action::Assign
        | Action::Advertising
        | Action::Group
        | Action::Ungroup
        | Action::Merge
        | Action::Unmerge
        | Action::Correct
        | Action::Withdraw
        | Action::Duplicate
        | Action::Supplement
        | Action::Dispute
        | Action::AskReopen => Some("more"),
        _ => None,
    }
}

/// The usual next step first and marked, unless its form stands above the list already; the rest by what it is about.
fn acts(l: Lang, case: &Case, offered: &[(Action, Result<(), WhyNot>)], above: Option<Action>) -> Vec<Act> {
    let usual = usual(case).filter(|u| Some(*u) != above);
    let act = |a: &Action| Act {
        href: address(&case.registration.token, *a),
        label: l.code("action", a.code()),
        key: keys::of_action(*a).to_owned(),
        main: Some(*a) == usual,
        danger: matches!(a, Action::Refuse | Action::Terminate | Action::Withdraw),
        head: String::new(),
    };
    let place = |a: &Action| match group(*a) {
        _ if Some(*a) == usual => 0,
        None => 1,
        Some("talk") => 2,
        Some("file") => 3,
        Some(_) => 4,
    };
    let mut allowed: Vec<Action> = offered.iter().filter(|(_, w)| w.is_ok()).map(|(a, _)| *a).collect();
    allowed.sort_by_key(place);
    let mut before = 1;
    let head = |a: &Action, before: &mut u8| {
        let here = place(a);
        let begins = here > 1 && std::mem::replace(before, here.max(1)) != here;
        group(*a).filter(|_| begins).map_or(String::new(), |g| l.code("acts", g))
    };
    allowed.iter().map(|a| Act { head: head(a, &mut before), ..act(a) }).collect()
}

/// What makes sense for the case but is not possible now: one line for each reason.
fn blocked(l: Lang, case: &Case, offered: &[(Action, Result<(), WhyNot>)]) -> Vec<Blocked> {
    if case.is_over() {
        return Vec::new();
    }
    let mut out: Vec<(WhyNot, Vec<String>)> = Vec::new();
    for (action, why) in offered.iter().filter_map(|(a, w)| w.err().map(|w| (*a, w))) {
        let label = l.code("action", action.code());
        match out.iter_mut().find(|(w, _)| *w == why) {
            Some((_, labels)) => labels.push(label),
            None => out.push((why, vec![label])),
        }
    }
    let comma = l.t("list-comma");
    out.into_iter().map(|(why, labels)| Blocked { label: labels.join(&comma), reason: l.code("whynot", why.code()) }).collect()
}

fn paper_links(teller: &Teller<'_>, opened: &Opened) -> Vec<Link> {
    let case = &opened.loaded.case;
    let registration = match case.registration.kind {
        Kind::Complaint => Some("complaint"),
        Kind::Report => Some("report"),
        Kind::Consultation | Kind::Other => None,
    };
    let registration = registration.map(|code| teller.paper_link(code, &teller.lang.code("form", code)));
    let issued = opened.loaded.events.iter().filter_map(|(_, f)| paper_of(&f.event));
    let issued =
        issued.map(|(form, number)| teller.paper_link(form.code(), &format!("{} {number}", teller.lang.code("form", form.code()))));
    registration.into_iter().chain(issued).collect()
}

/// Other cases of the submission, as far as they exist for this reader (Art. 37).
async fn siblings<P: Permit>(d: &Desk<P>, loaded: &cases::Loaded) -> Result<Vec<Sibling>, Denied> {
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let all = cases::of_submission(&mut db, &d.scope, loaded.case.registration.submission).await?;
    let ids = all.into_iter().map(|c| c.id).filter(|id| *id != loaded.id).collect();
    let lines = queue::lines_of(&mut db, &d.scope, ids).await?;
    let sibling = |line: &queue::Line| Sibling {
        line: format!("{} {} · {} · {}", l.code("kind", &line.kind), line.number, title_of(l, line), l.code("stage", &line.stage)),
        href: format!("/desk/case/{}", line.token),
    };
    Ok(lines.iter().map(sibling).collect())
}
