//! One action on a case, asked for on a page of its own and done by POST. What is refused comes back with everything that was typed and
//! the sentence that says why; a case that somebody else changed meanwhile shows how it stands now.

use super::account::{Asked, Sent, sign_in_holding};
use super::case::title;
use super::lists::{proposed, reason_of};
use super::rows::title_of;
use super::{destinations, errors_of, label, split};
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::order::{self, Ask, Spec};
use crate::usecase::read::{self, Opened};
use crate::usecase::{Answer, Denied, act as usecase, alike};
use crate::web::http::{Cases, Desk, Permit, Visitor, Web, page_with, see_other_with};
use crate::web::i18n::Lang;
use crate::web::timeline::{Reader, Teller};
use crate::web::views::desk::{ActionPage, Fact};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group};
use axum::Form;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rules::case::Case;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::law::Regime;
use store::cases::Loaded;

/// More choices than this are shown closed.
const FEW: usize = 8;

/// The address of an action.
pub(super) fn address(token: &str, action: Action) -> String {
    format!("/desk/case/{token}/{}", action.code().replace('_', "-"))
}

fn action_of(segment: &str) -> Result<Action, Denied> {
    let known = Action::parse(&segment.replace('-', "_")).ok_or(Denied::NotFound)?;
    if matches!(
        known,
        Action::Erase
            | Action::Lapse
            | Action::LoadCalendar
            | Action::LoadPack
            | Action::ImportUndo
            | Action::Inspect
            | Action::TakeUp
            | Action::Judge
    ) {
        Err(Denied::NotFound)
    } else {
        Ok(known)
    }
}

pub(super) async fn form(d: Desk<Cases>, Path((token, segment)): Path<(String, String)>, Query(query): Asked) -> Web {
    let action = action_of(&segment)?;
    let opened = read::open(&d.v.app, &d.scope, &token, &[], "action").await?;
    let fields = Fields::from_iter(query);
    if action == Action::Narrow {
        return split::show(&d, &opened, &fields, Errors::default(), StatusCode::OK);
    }
    show(&d, &opened, action, &fields, Errors::default(), StatusCode::OK).await
}

pub(super) async fn act(
    v: Visitor,
    d: Result<Desk<Cases>, Response>,
    OriginalUri(uri): OriginalUri,
    Path((token, segment)): Path<(String, String)>,
    Form(pairs): Sent,
) -> Web {
    let mut fields = Fields::from_iter(pairs);
    let d = match d {
        Ok(d) => d,
        // The session ended while the form was being filled: what was typed goes along to the sign-in page and comes back.
        Err(r) if r.status() == StatusCode::SEE_OTHER && fields.0.iter().any(|(k, x)| k != "seen" && x.iter().any(|x| !x.is_empty())) => {
            return sign_in_holding(&v, uri.path(), &fields);
        }
        Err(r) => return Ok(r),
    };
    let action = action_of(&segment)?;
    if let (Action::Note, Some(text)) = (action, fields.0.remove("text")) {
        fields.0.insert("note".into(), text);
    }
    if action == Action::Merge && !fields.get("candidate").is_empty() {
        // One that is offered and chosen is meant, whatever stands in the box beside.
        let chosen = fields.all("candidate").to_vec();
        fields.0.insert("into".into(), chosen);
    }
    let seen = fields.get("seen").parse().ok();
    if fields.ticked("resume") {
        let opened = read::open(&d.v.app, &d.scope, &token, &[], "action").await?;
        return match action {
            Action::Narrow => split::show(&d, &opened, &fields, Errors::default(), StatusCode::OK),
            _ => show(&d, &opened, action, &fields, Errors::default(), StatusCode::OK).await,
        };
    }
    if action == Action::Narrow {
        return split::act(&d, &token, &fields, seen).await;
    }
    if action == Action::AddEvidence {
        let mut faults = Faults::default();
        faults.add("file", "file_empty");
        return refused(&d, &token, action, &fields, Denied::Invalid(faults)).await;
    }
    // A note disturbs nobody: it is written whatever happened since the page was shown.
    let expected = if action == Action::Note { None } else { seen };
    match usecase::act(&d.v.app, &d.scope, &token, action, &fields, expected).await {
        Ok(done) => Ok(after(&d, &token, action, &done)),
        Err(Denied::Rule(_) | Denied::Stale) if sent_twice(&d, &token, action, seen).await => {
            Ok(see_other_with(&format!("/desk/case/{token}"), "bad-again"))
        }
        Err(denied) => refused(&d, &token, action, &fields, denied).await,
    }
}

/// Where one goes after an action: to what has to be told now, back to the case, or to the list if the case is gone from this desk.
fn after<P: Permit>(d: &Desk<P>, token: &str, action: Action, done: &usecase::Done) -> Response {
    if !done.still_seen {
        return see_other_with("/desk", "flash-gone");
    }
    let decided =
        matches!(action, Action::Accept | Action::Refuse | Action::Terminate | Action::Decide | Action::SendElsewhere | Action::Tell);
    if let (true, Some((matter, party)), true) = (decided, done.untold.first(), rules::access::role_may(d.role, Action::Tell)) {
        let to = format!("/desk/case/{token}/tell?matter={}&party={}", matter.code(), party.code());
        return see_other_with(&to, "flash-now-tell");
    }
    see_other_with(&format!("/desk/case/{token}"), if action == Action::Note { "flash-note" } else { "flash-done" })
}

/// Whether a form that failed was the second click of one that had succeeded: since the page was shown, only this person did only this.
async fn sent_twice<P: Permit>(d: &Desk<P>, token: &str, action: Action, seen: Option<u32>) -> bool {
    let (Some(seen), Ok(loaded)) = (seen, usecase::load(&d.v.app, &d.scope, token).await) else { return false };
    let Some((me, _)) = d.scope.grant() else { return false };
    let now = d.v.app.clock().now();
    let since: Vec<_> = loaded.events.iter().filter(|(r, _)| r.seq > seen).collect();
    let Some(((first, fact), now)) = since.first().map(|f| (f, now)) else { return false };
    // Events of one unit of work are a microsecond apart.
    let one_unit = since.iter().all(|(r, _)| r.by.actor == Some(me) && r.recorded_at.0 - first.recorded_at.0 < 16);
    one_unit && names(action).contains(&fact.event.name()) && first.recorded_at.plus_minutes(1) >= now
}

/// The event an action begins with.
fn names(action: Action) -> &'static [&'static str] {
    match action {
        Action::Receive => &["ReceivedByOrgan"],
        Action::Send => &["Sent"],
        Action::TakeBack => &["TakenBack"],
        Action::Return => &["Returned"],
        Action::Open => &["Opened", "ReceivedByOrgan"],
        Action::Assign => &["Assigned"],
        Action::Urgent => &["MarkedUrgent"],
        Action::Reclassify => &["Reclassified"],
        Action::Narrow => &["Narrowed"],
        Action::AskIdentity => &["IdentityAsked"],
        Action::ProveIdentity => &["IdentityProved"],
        Action::Accept => &["Accepted"],
        Action::Refuse => &["Refused"],
        Action::Tell => &["Told"],
        Action::Consent => &["Consented"],
        Action::Mediate => &["MediationStarted"],
        Action::AskRecusal => &["RecusalAsked"],
        Action::DecideRecusal => &["RecusalDecided"],
        Action::TestingOut => &["TestingOut"],
        Action::TestingBack => &["TestingBack"],
        Action::Agree => &["Agreed"],
        Action::Terminate => &["Terminated"],
        Action::FindClue => &["ClueFound"],
        Action::Verify => &["VerificationStarted"],
        Action::Propose => &["Proposed"],
        Action::Decide => &["Decided"],
        Action::SendElsewhere => &["SentElsewhere"],
        Action::Duplicate => &["FoundDuplicate"],
        Action::Supplement => &["Supplemented"],
        Action::Dispute => &["AuthorityDisputed"],
        Action::SettleDispute => &["AuthoritySettled"],
        Action::Answer => &["Answered"],
        Action::Withdraw => &["Withdrawn"],
        Action::Close => &["Closed"],
        Action::Correct => &["Corrected"],
        Action::Merge => &["Merged"],
        Action::Unmerge => &["Unmerged"],
        Action::Ask => &["Asked"],
        Action::Reply => &["Replied"],
        Action::Contact => &["Contacted"],
        Action::PreferMode => &["ModePreferred"],
        Action::Appoint => &["Appointed"],
        Action::EndAppointment => &["AppointmentEnded"],
        Action::Minutes => &["MinutesTaken"],
        Action::IssueAgreement => &["AgreementIssued"],
        Action::Advertising => &["MarkedAdvertising"],
        Action::Feedback => &["FeedbackIssued"],
        Action::ShareCopy => &["CopyShared"],
        Action::FollowUp => &["FollowedUp"],
        Action::Rate => &["Rated"],
        Action::AskReopen => &["ReopenAsked"],
        Action::Reopen => &["Reopened"],
        Action::DeclineReopen => &["ReopenDeclined"],
        Action::Regrade => &["Regraded"],
        Action::Rectify => &["Rectified"],
        Action::AskWaiver => &["WaiverAsked"],
        Action::DecideWaiver => &["WaiverDecided"],
        Action::AnswerCheck => &["CheckAnswered"],
        Action::Group => &["Grouped"],
        Action::Ungroup => &["Ungrouped"],
        Action::SeeNotice | Action::Order | Action::AnswerOrder | Action::SettleOrder => &["Supervised"],
        Action::AddEvidence
        | Action::Note
        | Action::Erase
        | Action::Lapse
        | Action::LoadCalendar
        | Action::LoadPack
        | Action::ImportUndo
        | Action::Move
        | Action::Inspect
        | Action::TakeUp
        | Action::Judge => &[],
    }
}

/// The form again with what is wrong and all that was typed; a case that is not there stays not there.
pub(super) async fn refused<P: Permit>(d: &Desk<P>, token: &str, action: Action, fields: &Fields, denied: Denied) -> Web {
    let l = d.v.l.lang;
    let (status, errors) = match denied {
        Denied::Invalid(faults) => (StatusCode::UNPROCESSABLE_ENTITY, errors_of(l, &faults)),
        denied @ (Denied::Stale | Denied::Rule(_)) => (StatusCode::CONFLICT, sentence(l, &denied)),
        other => return Err(other.into()),
    };
    if action == Action::FollowUp && fields.ticked("called") {
        return super::followup::called(d, token, fields, errors, status).await;
    }
    let opened = read::open(&d.v.app, &d.scope, token, &[], "action").await?;
    show(d, &opened, action, fields, errors, status).await
}

/// Why an action did not happen, about the form as a whole.
pub(super) fn sentence(l: Lang, denied: &Denied) -> Errors {
    match denied {
        Denied::Rule(why) => whole(l.code("whynot", why.code())),
        _ => whole(l.t("bad-stale")),
    }
}

fn whole(message: String) -> Errors {
    let mut errors = Errors::default();
    errors.add("", message);
    errors
}

/// The page of an action; where the rules do not allow it now and nothing was typed, the page only says why.
async fn show<P: Permit>(d: &Desk<P>, opened: &Opened, action: Action, fields: &Fields, errors: Errors, status: StatusCode) -> Web {
    let l = d.v.l.lang;
    let case = &opened.loaded.case;
    let why = may(case, action, &d.scope.actor()).err().filter(|_| errors.is_empty());
    let mut form = form_for(d, &opened.loaded, action, fields, errors);
    if action == Action::Merge && why.is_none() {
        form.fields.insert(0, candidates(d, opened, fields).await?);
    }
    if action == Action::ShareCopy {
        super::redact::name_files(d, opened, &mut form).await?;
    }
    if form.fields.iter().any(|f| matches!(f.control, Control::Area { .. })) {
        form.phrases = super::phrases::filled(d, opened);
    }
    let view = ActionPage {
        case: format!("{} {} · {}", l.code("kind", case.kind.code()), case.registration.number, title(l, opened)),
        title: l.code("action", action.code()),
        facts: facts(d, opened, action),
        stop: why.map_or(String::new(), |w| l.code("whynot", w.code())),
        form,
        l: d.layout(),
    };
    Ok(page_with(if why.is_some() { StatusCode::CONFLICT } else { status }, &view))
}

/// What a case may be merged into, each with why; none is said.
async fn candidates<P: Permit>(d: &Desk<P>, opened: &Opened, fields: &Fields) -> Answer<Field> {
    let l = d.v.l.lang;
    let found = alike::of(&d.v.app, &d.scope, &opened.loaded).await?;
    let choice = |c: &alike::Candidate| {
        let why = c.why.iter().map(|w| match w {
            alike::Reason::Submission => l.t("merge-same-submission"),
            alike::Reason::Order => l.t("merge-same-order"),
            alike::Reason::Business => l.t("entry-same-business"),
            alike::Reason::Words(percent) => l.t1("merge-same-words", "percent", *percent),
            alike::Reason::Phone => l.t("entry-same-phone"),
        });
        let words = format!("{} · {} · {}", c.line.number, title_of(l, &c.line), l.code("stage", &c.line.stage));
        Choice::new(c.line.number.as_str(), words, fields.get("candidate")).hint(why.collect::<Vec<_>>().join(" · "))
    };
    let hint = if found.is_empty() { l.t("merge-none") } else { l.t("merge-candidates-hint") };
    let control = Control::Radio(found.iter().map(choice).collect());
    Ok(Field::new(l, "candidate", l.t("merge-candidates"), control).hint(hint))
}

/// What is worth seeing while deciding.
fn facts<P: Permit>(d: &Desk<P>, opened: &Opened, action: Action) -> Vec<Fact> {
    let l = d.v.l.lang;
    let case = &opened.loaded.case;
    let teller = Teller { lang: l, world: &d.v.world, now: d.v.app.clock().now(), reader: Reader::Desk, papers: "" };
    let mut out = Vec::new();
    let mut add = |label: String, value: String| {
        if !value.is_empty() {
            out.push(Fact { label, value, ..Fact::default() });
        }
    };
    add(l.t("col-state"), teller.state_tag(case).text);
    if let Some(card) = teller.next_card(case, "next") {
        add(card.what, [card.when, card.rest].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "));
    }
    add(label(l, "respondent_name"), case.registration.respondent.name.clone());
    add(label(l, "amount"), case.registration.amount.map_or(String::new(), |a| l.money(a.0)));
    let order = match action {
        Action::AnswerOrder => case.watch.to_answer(&d.scope.actor()).next(),
        Action::SettleOrder => case.watch.to_settle(&d.scope.actor()).next(),
        _ => None,
    };
    if let Some(order) = order.and_then(|n| case.watch.orders.get(n as usize - 1)) {
        add(label(l, "order_wanted"), opened.text(Some(&order.wanted)).to_owned());
        add(label(l, "order_answer"), opened.text(order.answer.as_ref()).to_owned());
        add(label(l, "order_reason"), opened.text(order.sent_back.as_ref()).to_owned());
    }
    if let (Action::Decide, Some((proposal, by))) = (action, &case.proposal) {
        add(l.t("col-asked"), proposed(l, proposal));
        add(l.t("col-reason"), opened.text(Some(reason_of(proposal))).to_owned());
        add(l.t("col-by"), by.map_or(String::new(), |p| teller.person(p)));
    }
    out
}

/// The form of an action, filled with what was typed.
pub(super) fn form_for<P: Permit>(d: &Desk<P>, loaded: &Loaded, action: Action, fields: &Fields, errors: Errors) -> ActionForm {
    let l = d.v.l.lang;
    let case = &loaded.case;
    let token = &case.registration.token;
    let mut form = ActionForm::new(l, address(token, action), l.code("action", action.code()));
    form.law = law(l, case, action);
    form.danger = matches!(action, Action::Refuse | Action::Terminate | Action::Withdraw);
    form.back = format!("/desk/case/{token}");
    form.hidden.push(("seen".into(), loaded.head().seq.to_string()));
    let typed = Typed { d, loaded, action, fields, errors: &errors };
    // Without files there is nothing to choose from.
    let none = typed.files().next().is_none();
    let large = destinations::is_large(&d.v.world.directory);
    let asked = order::specs(action, case).into_iter().filter(|s| (s.ask != Ask::Files || !none) && (s.name != "to_other" || large));
    // Where the unit can be named, it need not be chosen.
    let asked = asked.map(|s| Spec { required: s.required && (s.name != "to" || !large), ..s });
    form.fields = asked.map(|s| typed.field(&s)).collect();
    if action == Action::AddEvidence {
        form.action = format!("/desk/case/{token}/evidence");
        form.files = true;
        let file = Control::File { accept: "", max: crate::app::MAX_FILE, kept: Vec::new() };
        form.fields.insert(0, Field::new(l, "file", label(l, "file"), file).required().errors(&errors));
    } else if !matches!(
        action,
        Action::Note
            | Action::Open
            | Action::Receive
            | Action::Correct
            | Action::Supplement
            | Action::SeeNotice
            | Action::Order
            | Action::AnswerOrder
            | Action::SettleOrder
    ) {
        form.fields.push(typed.field(&Spec { name: "effective", ask: Ask::Moment, required: false }));
    }
    form.errors = errors;
    form
}

/// The article an action rests on, under the rules the case is handled by.
fn law(l: Lang, case: &Case, action: Action) -> String {
    let code = action.code().replace('_', "-");
    let key = match case.regime {
        Some(Regime::Order20) => format!("lawtext-order20-{code}"),
        Some(Regime::None) => return String::new(),
        _ => format!("lawtext-{code}"),
    };
    if l.has(&key) { l.t(&key) } else { String::new() }
}

/// What is needed to show a field as it was typed.
struct Typed<'a, P: Permit> {
    d: &'a Desk<P>,
    loaded: &'a Loaded,
    action: Action,
    fields: &'a Fields,
    errors: &'a Errors,
}

impl<P: Permit> Typed<'_, P> {
    fn l(&self) -> Lang {
        self.d.v.l.lang
    }

    fn field(&self, spec: &Spec) -> Field {
        let (l, name) = (self.l(), spec.name);
        let typed = self.fields.get(name);
        let wrong = self.errors.of(name).is_some();
        let field = match &spec.ask {
            Ask::Text => Field::area(l, name, label(l, name)).value(typed),
            Ask::Line | Ask::OtherCase => Field::text(l, name, label(l, name)).value(typed),
            Ask::Money => Field::money(l, name, label(l, name)).value(typed),
            // A browser empties what is no date: what was mistyped is shown as it was typed.
            Ask::Day | Ask::Moment if wrong && !typed.is_empty() => Field::text(l, name, label(l, name)).value(typed),
            Ask::Day => Field::new(l, name, label(l, name), Control::Date).value(typed),
            Ask::Moment => Field::new(l, name, label(l, name), Control::DateTime).value(typed),
            Ask::Tick => Field::check(l, name, label(l, name), self.fields.ticked(name)),
            Ask::One(family, codes) => self.one(spec, family, codes),
            Ask::Any(family, codes) => {
                let chosen = self.fields.all(name);
                let choice = |c: &&'static str| Choice { checked: chosen.iter().any(|x| x == c), ..Choice::new(*c, l.code(family, c), "") };
                Field::new(l, name, label(l, name), Control::Checks { choices: codes.iter().map(choice).collect(), chips: false })
            }
            Ask::Lenient => Field::new(l, name, label(l, name), Control::Lines(self.leniency(typed))),
            Ask::Grade => {
                let name_of = |id: &str| crate::web::timeline::review::grade_name(l, &self.d.v.world.pack, id);
                let now = self.loaded.case.open_review().map(|r| r.demanded.grade.as_str());
                let others = self.d.v.world.pack.review.grades.iter().filter(|g| Some(g.id.as_str()) != now);
                let choices = others.map(|g| Choice::new(g.id.as_str(), name_of(&g.id), typed)).collect();
                Field::new(l, name, label(l, name), Control::Radio(choices))
            }
            Ask::File => {
                let mut choices = vec![Choice::new("", l.t("choose"), typed)];
                choices.extend(self.files().map(|(id, label)| Choice::new(id, label, typed)));
                Field::new(l, name, label(l, name), Control::Select(vec![Group { label: String::new(), choices }]))
            }
            Ask::Files => {
                let chosen = self.fields.all(name);
                let choice = |(id, word): (String, String)| Choice { checked: chosen.contains(&id), ..Choice::new(id, word, "") };
                Field::new(l, name, label(l, name), Control::Checks { choices: self.files().map(choice).collect(), chips: false })
            }
            Ask::Unit => Field::new(l, name, label(l, name), Control::Select(self.units(typed))),
            Ask::Span => Field::new(l, name, label(l, name), Control::Select(super::orders::spans(l, &self.d.v.world, typed))),
            Ask::Colleague => Field::new(l, name, label(l, name), Control::Select(self.colleagues(typed))),
        };
        let hint = format!("hint-{}", name.replace('_', "-"));
        let own = format!("{hint}-{}", self.action.code().replace('_', "-"));
        let hint = [own, hint].into_iter().find(|k| l.has(k)).map_or(String::new(), |k| l.t(&k));
        let field = if spec.required { field.required() } else { field };
        field.hint(hint).errors(self.errors)
    }

    fn one(&self, spec: &Spec, family: &str, codes: &[&'static str]) -> Field {
        let (l, name) = (self.l(), spec.name);
        let typed = self.fields.get(name);
        let alone = if codes.len() == 1 && spec.required { codes.first().copied().unwrap_or_default() } else { "" };
        let usual = if name == "basis" { rules::jurisdiction::Basis::Internal.code() } else { alone };
        let chosen = if typed.is_empty() { usual } else { typed };
        let mut choices: Vec<Choice> = codes.iter().map(|c| Choice::new(*c, self.word(family, c), chosen)).collect();
        let control = if codes.len() > FEW || name == "basis" || !spec.required {
            if !spec.required || chosen.is_empty() {
                choices.insert(0, Choice::new("", "—", chosen));
            }
            Control::Select(vec![Group { label: String::new(), choices }])
        } else {
            Control::Radio(choices)
        };
        Field::new(l, name, label(l, name), control)
    }

    /// The lines of the leniency list, each with what must hold.
    fn leniency(&self, typed: &str) -> Vec<(Choice, Vec<Choice>)> {
        let l = self.l();
        let met = self.fields.all("leniency_met");
        let lines = rules::leniency::lines(&self.d.v.world.pack);
        let line = |line: &rules::leniency::Line| {
            let kind = if line.ground == rules::law::NotFiling::Minor { "leniency-minor" } else { "leniency-first" };
            let label = format!("{} · {}", l.t(kind), line.matter);
            let hint = l.t2("leniency-basis", "basis", line.basis.as_str(), "source", line.source.as_str());
            let boxes = line.conditions.iter().enumerate().map(|(n, words)| {
                let value = format!("{}/{n}", line.id);
                Choice { checked: met.contains(&value), ..Choice::new(value, words.as_str(), "") }
            });
            (Choice::new(line.id.as_str(), label, typed).hint(hint), boxes.collect())
        };
        lines.iter().map(line).collect()
    }

    /// The files of the case by their place in its list of evidence.
    fn files(&self) -> impl Iterator<Item = (String, String)> {
        let l = self.l();
        let ids = crate::usecase::care::files_of(self.loaded.events.iter().map(|(_, f)| f));
        (1usize..).zip(ids).map(move |(n, id)| (id.to_string(), l.t1("evidence-nth", "n", n)))
    }

    /// A choice in words; grounds with the number they have in the article.
    fn word(&self, family: &str, code: &str) -> String {
        let named = if family == "method" { "tellby".to_owned() } else { family.replace('_', "-") };
        let word = self.l().code(&named, code);
        let regime = self.loaded.case.regime.unwrap_or(Regime::None);
        let number = match family {
            "ground" => rules::law::Ground::parse(code).and_then(|g| g.number(regime)).map(usize::from),
            "termination" => rules::law::Termination::of(regime).iter().position(|t| t.code() == code).map(|i| i + 1),
            _ => None,
        };
        number.map_or(word.clone(), |n| format!("({n}) {word}"))
    }

    /// Units the case may be sent to.
    fn units(&self, typed: &str) -> Vec<Group> {
        let case = &self.loaded.case;
        let from = case.seat.or(case.intake).map(|s| s.organ);
        let report = case.kind == rules::law::Kind::Report;
        destinations::groups(self.l(), &self.d.v.world.directory, from, case.intake.map(|i| i.unit), report, typed)
    }

    /// People of one's unit who handle cases, without whoever has this one.
    fn colleagues(&self, typed: &str) -> Vec<Group> {
        let world = &self.d.v.world;
        let ids = self.d.scope.grant().map(|(_, g)| order::colleagues(world, g.unit, &self.loaded.case)).unwrap_or_default();
        let people = ids.iter().filter_map(|id| world.directory.people.get(id));
        let mut choices = vec![Choice::new("", self.l().t("choose"), typed)];
        choices.extend(people.map(|p| Choice::new(p.id.to_string(), p.name.clone(), typed)));
        vec![Group { label: String::new(), choices }]
    }
}
