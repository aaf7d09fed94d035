//! For every state and role: every action the rules offer has its form in both languages, and sent with plausible values it leads to a page
//! on which the case tells what happened. Whatever is offered and never done somewhere here fails the test.

use crate::town::Town;
use axum::http::StatusCode;
use fangxin::usecase::order::{Ask, Spec, specs};
use fangxin::usecase::submit::Incoming;
use rules::access::Role;
use rules::case::Case;
use rules::case::command::Action;
use rules::case::decide::{offers, tellables};
use rules::case::event::{Consent, Matter};
use rules::law::{Kind, Party};
use std::collections::{BTreeMap, BTreeSet};

type Step = (&'static str, Action, &'static [(&'static str, &'static str)]);

const REASON: (&str, &str) = ("reason", "写明的理由");
const OPEN: Step = ("officer", Action::Open, &[]);
const ACCEPT: Step = ("officer", Action::Accept, &[]);
const TOLD: Step = ("officer", Action::Tell, &[("matter", "acceptance"), ("party", "submitter"), ("method", "phone")]);
const CONSENT: Step = ("officer", Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]);
const MEDIATE: Step = ("officer", Action::Mediate, &[("mode", "phone")]);
const WITHDRAW: Step = ("officer", Action::Withdraw, &[]);
const BAD: Step = ("clerk", Action::FollowUp, &[("method", "phone"), ("satisfaction", "dissatisfied"), REASON]);
const VERIFY: Step = ("officer", Action::Verify, &[]);
const SEND: Step = ("clerk", Action::Send, &[("basis", "internal")]);

/// The ways to each state.
fn states() -> Vec<(&'static str, Kind, Vec<Step>)> {
    let complaint = |name, rest: &[Step]| (name, Kind::Complaint, [&[SEND, OPEN][..], rest].concat());
    let report = |name, rest: &[Step]| (name, Kind::Report, [&[SEND, OPEN][..], rest].concat());
    let testing: Step = ("officer", Action::TestingOut, &[("institution", "某检测院"), ("on", "2026-06-01")]);
    let refuse: Step = ("officer", Action::Refuse, &[("ground", "NA-3"), REASON]);
    let agree: Step = ("officer", Action::Agree, &[("terms", "退还"), ("amount", "100")]);
    let terminate: Step = ("officer", Action::Terminate, &[("termination", "TM-3"), REASON]);
    let propose: Step = ("officer", Action::Propose, &[("proposal", "file"), REASON]);
    let appoint: Step = (
        "officer",
        Action::Appoint,
        &[("appointed_at", "2026-06-10T14:00"), ("mode", "in_person"), ("place", "一楼调解室"), ("mediators", "张三")],
    );
    let order: Step = (
        "supervisor",
        Action::Order,
        &[("order_grade", "urge"), ("order_owner", "unit"), ("order_span", "24h"), ("order_wanted", "请说明")],
    );
    let decide: Step = ("lead", Action::Decide, &[("approved", "yes")]);
    vec![
        ("at the intake", Kind::Complaint, vec![]),
        ("at the intake", Kind::Report, vec![]),
        ("at the intake", Kind::Other, vec![]),
        ("sent", Kind::Complaint, vec![SEND]),
        ("opened", Kind::Consultation, vec![SEND, OPEN]),
        complaint("opened", &[]),
        complaint("identity asked", &[("officer", Action::AskIdentity, &[("by", "2026-06-03"), ("materials", "身份证")])]),
        complaint("accepted", &[ACCEPT]),
        complaint("accepted and told", &[ACCEPT, TOLD]),
        complaint("both consent", &[ACCEPT, TOLD, CONSENT]),
        complaint("mediating", &[ACCEPT, TOLD, CONSENT, MEDIATE]),
        complaint("recusal", &[ACCEPT, TOLD, CONSENT, MEDIATE, ("officer", Action::AskRecusal, &[("party", "submitter"), REASON])]),
        complaint("testing", &[ACCEPT, TOLD, CONSENT, MEDIATE, testing]),
        complaint("refused", &[refuse]),
        complaint("agreed", &[ACCEPT, TOLD, CONSENT, MEDIATE, agree]),
        complaint("terminated", &[ACCEPT, TOLD, CONSENT, MEDIATE, terminate]),
        complaint("closed", &[("officer", Action::Withdraw, &[])]),
        complaint("asked for again", &[("officer", Action::Withdraw, &[]), ("officer", Action::AskReopen, &[REASON])]),
        complaint("dissatisfied", &[WITHDRAW, BAD]),
        complaint(
            "called again",
            &[WITHDRAW, BAD, WITHDRAW, ("supervisor", Action::FollowUp, &[("method", "phone"), ("satisfaction", "fair")])],
        ),
        complaint("no correction due", &[WITHDRAW, BAD, ("lead", Action::AskWaiver, &[REASON])]),
        complaint("asked", &[("officer", Action::Ask, &[("question", "何时购买")])]),
        complaint("appointed", &[ACCEPT, TOLD, CONSENT, MEDIATE, appoint]),
        complaint("ordered", &[order]),
        complaint("order answered", &[order, ("officer", Action::AnswerOrder, &[("order_answer", "已联系")])]),
        complaint("grouped", &[("officer", Action::Group, &[])]),
        complaint("linked", &[("officer", Action::Merge, &[])]),
        ("on record", Kind::Other, vec![]),
        report("opened", &[]),
        report("verifying", &[VERIFY]),
        report("disputed", &[VERIFY, ("officer", Action::Dispute, &[("with", "邻县"), REASON])]),
        report("proposed", &[VERIFY, propose]),
        report("filed", &[VERIFY, propose, decide]),
        report("elsewhere", &[("officer", Action::SendElsewhere, &[("department", "教育局"), REASON])]),
    ]
}

async fn make(town: &Town, state: &str, kind: Kind, steps: &[Step]) -> String {
    let incoming = crate::town::incoming(kind);
    // A letter kept for the record was received by no organ.
    let token = town.submit(Incoming { historical: state == "on record", ..incoming }).await[0].1.clone();
    let to = town.office(0).to_string();
    for (who, action, fields) in steps {
        let mut fields = fields.to_vec();
        if *action == Action::Send {
            fields.push(("to", &to));
        }
        let number = if *action == Action::Merge { twin(town, kind, &steps[..2]).await } else { String::new() };
        if *action == Action::Merge {
            fields.push(("into", &number));
        }
        town.act(who, &token, *action, &fields).await;
    }
    token
}

/// The number of another case of the same person, where whoever asks can see it.
async fn twin(town: &Town, kind: Kind, steps: &[Step]) -> String {
    let token = Box::pin(make(town, "", kind, steps)).await;
    town.load(&token).await.case.registration.number
}

/// Something a person might enter.
fn value(town: &Town, case: &Case, action: Action, spec: &Spec, other: &str) -> Option<String> {
    let told = || tellables(case).into_iter().next();
    let first = |codes: &[&str]| codes.first().map(|c| (*c).to_owned());
    match (action, spec.name, &spec.ask) {
        (Action::Tell, "matter", _) => told().map(|(m, _): (Matter, Party)| m.code().to_owned()),
        (Action::Tell, "party", _) => told().map(|(_, p)| p.code().to_owned()),
        (Action::Consent, "party", _) => Some(Party::Respondent.code().to_owned()),
        (Action::Consent, "consent", _) => Some(Consent::Mediation.code().to_owned()),
        (Action::Consent, "given", _) => {
            Some(if case.consents_to(Party::Respondent, Consent::Mediation) { "no" } else { "yes" }.to_owned())
        }
        (Action::Refuse, "ground", _) => Some("NA-3".to_owned()),
        (Action::Terminate, "termination", _) => Some("TM-3".to_owned()),
        (Action::Correct, "correction", _) => Some("amount".to_owned()),
        (Action::Correct, "amount", _) => Some("12.50".to_owned()),
        (Action::Close, "level", _) => Some("district".to_owned()),
        (Action::Appoint, "appointed_at", _) => Some(format!("{}T14:00", town.app.clock().now().plus_minutes(60 * 24).date())),
        (Action::Group, ..) => None,
        (Action::Narrow, "other_narrative", _) => Some("另外无证经营".to_owned()),
        (_, _, Ask::OtherCase) => Some(other.to_owned()),
        (Action::Duplicate, _, Ask::Tick) => Some("1".to_owned()),
        (_, "other_narrative", _) => Some("x".to_owned()),
        (_, _, _) if !spec.required => None,
        (_, _, Ask::Text | Ask::Line) => Some("写明的理由和情况".to_owned()),
        (_, _, Ask::One(_, codes)) => first(codes),
        (_, _, Ask::Grade) => Some("grave".to_owned()),
        (_, _, Ask::Any(..) | Ask::Tick | Ask::File | Ask::Files | Ask::Lenient) => None,
        (_, _, Ask::Money) => Some("10".to_owned()),
        (_, _, Ask::Day) => Some(town.app.clock().now().date().to_string()),
        (_, _, Ask::Moment) => Some(format!("{}T09:00", town.app.clock().now().date())),
        (_, _, Ask::Span) => Some("24h".to_owned()),
        (_, _, Ask::Unit) => Some(town.office(1).to_string()),
        (_, _, Ask::Colleague) => {
            let world = town.app.world(town.locality).unwrap();
            world.directory.people.values().find(|p| p.login == "colleague").map(|p| p.id.to_string())
        }
    }
}

const WHO: [(&str, Role); 4] = [("clerk", Role::Clerk), ("officer", Role::Officer), ("lead", Role::Lead), ("supervisor", Role::Supervisor)];

#[tokio::test(flavor = "multi_thread")]
async fn every_offered_action_leads_to_a_page() {
    let town = Town::new().await;
    let mut offered_at_all: BTreeSet<&str> = BTreeSet::new();
    let mut done_at_all: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (state, kind, steps) in states() {
        let sample = make(&town, state, kind, &steps).await;
        for (login, role) in WHO {
            let case = town.load(&sample).await.case;
            let scope = &town.scopes[login];
            if !store::cases::visible(scope, &case) {
                assert_eq!(town.browser(login).get(&format!("/desk/case/{sample}")).await.status, StatusCode::NOT_FOUND);
                continue;
            }
            let mut chinese = town.browser(login);
            let mut english = town.browser(login).english();
            let about = format!("{} {state} as {}", kind.code(), role.code());
            for (action, why) in offers(&case, &scope.actor()) {
                let path = format!("/desk/case/{sample}/{}", action.code().replace('_', "-"));
                let expected = if why.is_ok() { StatusCode::OK } else { StatusCode::CONFLICT };
                for b in [&mut chinese, &mut english] {
                    let form = b.get(&path).await;
                    assert_eq!(form.status, expected, "{about}: {}", action.code());
                    let text = form.text();
                    assert!(!text.contains('⟦'), "{about}: {} has a text missing", action.code());
                    // Signed sheets are asked for only where there are files.
                    let asked = specs(action, &case).into_iter().filter(|s| s.ask != Ask::Files);
                    // A unit is named by its code only where there are more than a choice shows.
                    let asked = asked.filter(|s| s.name != "to_other");
                    for spec in asked.filter(|_| action != Action::Narrow && why.is_ok()) {
                        assert!(text.contains(&format!("id=\"f-{}\"", spec.name)), "{about}: {} does not ask {}", action.code(), spec.name);
                        assert!(!text.contains(&format!(">{}<", spec.name)), "{about}: {} has no label {}", action.code(), spec.name);
                    }
                }
                let page = chinese.get(&format!("/desk/case/{sample}")).await.text();
                let link = format!("href=\"/desk/case/{sample}/{}\"", action.code().replace('_', "-"));
                assert_eq!(page.contains(&link), why.is_ok(), "{about}: {}", action.code());
                if why.is_err() {
                    continue;
                }
                offered_at_all.insert(action.code());
                // The same role doing the same in a third state shows nothing new, unless it was not taken before.
                if done_at_all.get(&(login, action.code())).is_some_and(|n| *n >= 2) {
                    continue;
                }
                if carry_out(&town, (state, kind, &steps), login, action).await {
                    *done_at_all.entry((login, action.code())).or_default() += 1;
                }
            }
        }
    }
    let done: BTreeSet<&str> = done_at_all.keys().map(|(_, a)| *a).collect();
    let never: Vec<_> = offered_at_all.difference(&done).collect();
    assert!(never.is_empty(), "offered but never done: {never:?}");
    // All but what only the platform does, and erasure, which no desk is given.
    let others = [
        "erase",
        "lapse",
        "load_calendar",
        "load_pack",
        "import_undo",
        "move",
        "rate",
        "prefer_mode",
        "inspect",
        "see_notice",
        "take_up",
        "judge",
        "answer_check",
    ];
    let all: BTreeSet<&str> = Action::ALL.iter().map(|a| a.code()).filter(|a| !others.contains(a)).collect();
    assert_eq!(done, all);
}

/// Takes one action on a case of its own in the state; whether the rules took the values. If so, the page, the history and the paper are there.
async fn carry_out(town: &Town, (state, kind, steps): (&str, Kind, &[Step]), login: &str, action: Action) -> bool {
    let token = make(town, state, kind, steps).await;
    let mut b = town.browser(login);
    if action == Action::ShareCopy {
        for name in ["原件.png", "副本.png"] {
            let page = b.upload(&format!("/desk/case/{token}/evidence"), &[], (name, b"\x89PNG\r\n\x1a\n00000000")).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
        }
    }
    let loaded = town.load(&token).await;
    let case = loaded.case.clone();
    let path = format!("/desk/case/{token}/{}", action.code().replace('_', "-"));
    if action == Action::AddEvidence {
        let page = b.upload(&format!("/desk/case/{token}/evidence"), &[], ("a.png", b"\x89PNG\r\n\x1a\n00000000")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
        return true;
    }
    let other = if specs(action, &case).iter().any(|s| s.ask == Ask::OtherCase) {
        twin(town, kind, &steps[..steps.len().min(2)]).await
    } else {
        String::new()
    };
    let seen = loaded.head().seq.to_string();
    let mut fields = vec![("seen".to_owned(), seen)];
    fields.extend(specs(action, &case).iter().filter_map(|s| Some((s.name.to_owned(), value(town, &case, action, s, &other)?))));
    if action == Action::ShareCopy {
        let files = fangxin::usecase::care::files_of(loaded.events.iter().map(|(_, f)| f));
        fields.extend(["original", "copy"].into_iter().zip(&files).map(|(name, id)| (name.to_owned(), id.to_string())));
    }
    if action == Action::Narrow {
        let kind = if kind == Kind::Report { Kind::Other } else { Kind::Report };
        fields.extend([("other_narrative".to_owned(), "另外无证经营".to_owned()), ("kind".to_owned(), kind.code().to_owned())]);
    }
    let sent: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let page = b.post(&path, &sent).await;
    let about = format!("{} by {login}: {sent:?}", action.code());
    match page.status {
        StatusCode::SEE_OTHER => {
            let after = town.load(&token).await;
            assert!(after.head().seq > loaded.head().seq, "{about}");
            let page = b.follow(page).await;
            assert_eq!(page.status, StatusCode::OK, "{about}");
            assert!(page.text().contains("class=\"flash"), "{about}: nothing says that it was done");
            // A supervisor's page withholds the history.
            if login != "supervisor" {
                tells(town, &mut b, &token, loaded.events.len(), &after).await;
            }
            true
        }
        // The rules look at the values too; then the form says why, with what was typed.
        StatusCode::CONFLICT => {
            let text = page.text();
            assert!(text.contains("id=\"errors\""), "{about}");
            let typed = sent.iter().filter(|(k, v)| *k != "seen" && v.contains("写明"));
            typed.for_each(|(k, v)| assert!(text.contains(v), "{about}: {k} was lost"));
            assert_eq!(town.load(&token).await.head().seq, loaded.head().seq, "{about}");
            false
        }
        other => panic!("{about}: {other} {}", page.text()),
    }
}

/// The history has a line for what happened, and the paper that was issued can be printed.
async fn tells(town: &Town, b: &mut crate::town::Browser, token: &str, before: usize, after: &store::cases::Loaded) {
    let page = b.get(&format!("/desk/case/{token}")).await;
    if page.status == StatusCode::NOT_FOUND {
        return;
    }
    let text = page.text();
    for (_, fact) in &after.events[before..] {
        if let Some((form, number)) = rules::case::event::paper_of(&fact.event) {
            let paper = town.browser("officer").get(&format!("/desk/case/{token}/paper/{}", form.code())).await;
            if paper.status == StatusCode::OK {
                assert!(paper.text().contains(number), "{}", form.code());
            }
            assert!(text.contains(number), "{} names its number in the history", form.code());
        }
    }
    assert!(text.contains("<ol class=\"line\">"));
}
