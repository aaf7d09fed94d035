//! The pack of the locality in words: what it says, where it differs from the national one, its versions; a new version is checked line by line,
//! looked at on the open cases, and then made. Administrators see no case: a number names it, nothing opens it.

use super::account::Sent;
use super::errors_of;
use crate::usecase::fields::Fields;
use crate::usecase::packs::{self, MAX_TEXT, Read, Stretch};
use crate::usecase::{Denied, setup};
use crate::web::http::{Desk, PackReaders, Permit, SystemAdmins, Web, page, page_with, see_other_with};
use crate::web::i18n::Lang;
use crate::web::timeline::clocks::{clock_name, span};
use crate::web::timeline::{Reader, Teller};
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Link, Tag, Tone};
use axum::Form;
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use jiff::civil::Date;
use rules::access::Role;
use rules::calendar::Roll;
use rules::clock::ClockName;
use rules::ids::{CaseId, Id};
use rules::pack::{Entry, Pack, PackError, Said, Section as Part, Value};
use rules::time::Instant;

const PATH: &str = "/desk/pack";

pub(super) fn routes(r: &mut crate::web::router::Routes) {
    r.get(PATH, super::of::<PackReaders>(), show);
    r.get("/desk/pack/text.toml", super::of::<PackReaders>(), text);
    r.upload("/desk/pack/check", super::of::<SystemAdmins>(), check);
    r.post("/desk/pack/look", super::of::<SystemAdmins>(), look);
    r.post(PATH, super::of::<SystemAdmins>(), make);
    r.post("/desk/pack/recount", super::of::<SystemAdmins>(), recount);
}

fn yes_no(l: Lang, on: bool) -> String {
    l.t(if on { "pack-yes" } else { "pack-no" })
}

/// What an entry is about.
fn what(l: Lang, pack: &Pack, e: &Entry) -> String {
    if let Value::Clock(c) = &e.value {
        return if l.is_chinese() { c.name.clone() } else { c.name_en.clone() };
    }
    let rest = |prefix: &str| e.key.strip_prefix(prefix).map(str::to_owned);
    match e.section {
        Part::Mechanisms => l.code("mechanism", &e.key),
        Part::Leniency => pack.leniency.iter().find(|line| line.id == e.key).map_or_else(|| e.key.clone(), |line| line.basis.clone()),
        Part::Scoring => match (rest("formula:"), rest("weight:"), rest("exclusion:")) {
            (Some(id), ..) => l.t1("pack-formula", "rate", l.code("rate", &id)),
            (_, Some(id), _) => l.t1("pack-weight", "rate", l.code("rate", &id)),
            (.., Some(_)) => l.t("pack-exclusion"),
            _ => l.code("pack-says", &e.key),
        },
        Part::Supervision | Part::Review => match (rest("step:"), rest("grade:"), rest("criterion:")) {
            (Some(n), ..) => l.t1("pack-step", "n", n),
            (_, Some(_), _) => l.t("pack-says-grade-more"),
            (_, _, Some(_)) => l.t("pack-says-criterion"),
            _ => l.code("pack-says", &e.key),
        },
        _ => match (rest("level:"), rest("form:"), rest("organ:")) {
            (Some(kind), ..) => l.t1("pack-level", "unit", l.code("unit-kind", &kind)),
            (_, Some(form), _) => l.t1("pack-class", "form", l.code("form", &form)),
            (_, _, Some(code)) => l.t1("pack-organ", "code", code),
            _ => l.code("pack-says", &e.key),
        },
    }
}

/// What an entry says.
fn says(l: Lang, pack: &Pack, e: &Entry) -> String {
    match &e.value {
        Value::Text(t) => t.clone(),
        Value::Number(n) => n.to_string(),
        Value::Switch(on) => yes_no(l, *on),
        Value::Words(words) if words.is_empty() => l.t("pack-none"),
        Value::Words(words) => words.join(&l.t("list-comma")),
        Value::Named(zh, en) => if l.is_chinese() { zh } else { en }.clone(),
        Value::Spans(spans) => spans.iter().map(|s| span(l, *s)).collect::<Vec<_>>().join(&l.t("list-comma")),
        Value::Step(s) => {
            let since = match (s.since, s.after) {
                (_, Some(after)) => l.t1("pack-step-after", "span", span(l, after)),
                (since, None) => l.code("pack-step-since", since.code()),
            };
            let waiting = s.undispatched.map(|u| l.t1("pack-step-undispatched", "span", span(l, u)));
            [Some(l.code("rung", s.to.code())), Some(since), waiting].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        Value::Grade(g) => {
            let mut words = vec![if l.is_chinese() { g.name.clone() } else { g.name_en.clone() }];
            words.push(l.t1("tl-review-responsible", "who", l.code("responsible", g.responsible.code())));
            words.extend(g.visit.then(|| l.t("tl-review-visit")));
            words.extend(g.again.then(|| l.t("tl-review-again")));
            let clock = g.clock.as_ref().and_then(|id| pack.local_clock(&ClockName::local(id)));
            words.extend(clock.map(|c| l.t1("pack-grade-within", "span", span(l, c.span))));
            words.join(" · ")
        }
        Value::Codes(_, codes) if codes.is_empty() => l.t("pack-none"),
        Value::Codes(family, codes) => codes.iter().map(|c| l.code(family, c)).collect::<Vec<_>>().join(&l.t("list-comma")),
        Value::Roll(Roll::NonWorkday) => l.t("pack-roll-non-workday"),
        Value::Roll(Roll::StatutoryHolidayOnly) => l.t("pack-roll-holiday"),
        Value::Clock(c) => {
            let kinds: Vec<String> = c.kinds.iter().map(|k| l.code("kind", k.code())).collect();
            let mut words = vec![span(l, c.span), l.code("pack-start", c.start.code()), l.code("pack-stop", c.stop.code())];
            words.push(kinds.join(&l.t("list-comma")));
            words.extend(c.urgent_only.then(|| l.t("pack-urgent-only")));
            words.join(" · ")
        }
        Value::Mechanism(m, on) => l.t(match (on, m.built()) {
            (false, _) => "pack-state-off",
            (true, true) => "pack-state-on",
            (true, false) => "pack-state-declared",
        }),
    }
}

fn table(l: Lang, columns: &[&str], rows: Vec<Row>) -> Option<Table> {
    let columns = columns.iter().map(|key| (l.t(key), false)).collect();
    Some(Table { columns, rows, pick: None })
}

fn row(cells: Vec<Cell>) -> Row {
    Row { cells, ..Row::default() }
}

/// What a pack says, a table for each of its parts.
fn in_words(l: Lang, pack: &Pack) -> Vec<Section> {
    let entries = pack.entries();
    let part = |part: &Part| {
        let rows = entries.iter().filter(|e| e.section == *part).map(|e| {
            let source = if e.source.is_empty() { l.t("pack-source-whole") } else { e.source.clone() };
            let said = match &e.value {
                Value::Mechanism(m, on) => Cell::tag(Tag::new(if *on && m.built() { Tone::Good } else { Tone::Plain }, says(l, pack, e))),
                _ => Cell::text(says(l, pack, e)),
            };
            row(vec![Cell::text(what(l, pack, e)), said, Cell::text(source)])
        });
        let rows = rows.collect();
        Section {
            id: format!("part-{}", part.code()),
            head: l.code("pack-part", part.code()),
            table: table(l, &["pack-col-what", "pack-col-says", "pack-col-source"], rows),
            empty: l.code("pack-empty", part.code()),
            ..Section::default()
        }
    };
    Part::ALL.iter().map(part).collect()
}

/// Where `pack` differs from `other`, side by side.
fn differences(l: Lang, pack: &Pack, other: &Pack, heads: [&str; 4], empty: &str) -> Section {
    let side = |e: &Option<Entry>, of: &Pack| Cell::text(e.as_ref().map_or_else(|| l.t("pack-nothing"), |e| says(l, of, e)));
    let rows = pack.differences(other).into_iter().filter_map(|(theirs, ours)| {
        let e = ours.as_ref().or(theirs.as_ref())?;
        let about = format!("{} · {}", l.code("pack-part", e.section.code()), what(l, if ours.is_some() { pack } else { other }, e));
        let source = ours.as_ref().map(|e| e.source.clone()).unwrap_or_default();
        Some(row(vec![Cell::text(about), side(&theirs, other), side(&ours, pack), Cell::text(source)]))
    });
    let rows = rows.collect();
    Section {
        id: "differs".into(),
        head: l.t(heads[0]),
        table: table(l, &["pack-col-what", heads[1], heads[2], heads[3]], rows),
        empty: l.t(empty),
        ..Section::default()
    }
}

/// The versions there were, are and will be, newest first.
fn versions<P: Permit>(d: &Desk<P>) -> Section {
    let (l, today) = (d.v.l.lang, d.v.app.clock().now().date());
    let all: Vec<(Date, Pack)> =
        d.v.world.directory.packs.iter().filter_map(|(from, texts)| Some((*from, crate::app::pack_of(texts).ok()?))).collect();
    let current = all.iter().rposition(|(from, _)| *from <= today).unwrap_or(0);
    let rows = all.iter().enumerate().rev().map(|(n, (from, pack))| {
        let state = match n.cmp(&current) {
            std::cmp::Ordering::Less => Tag::new(Tone::Plain, l.t("pack-was")),
            std::cmp::Ordering::Equal => Tag::new(Tone::Good, l.t("pack-is")),
            std::cmp::Ordering::Greater => Tag::new(Tone::Soon, l.t("pack-will")),
        };
        let version = l.t2("pack-version", "id", pack.id.as_str(), "n", pack.version);
        row(vec![Cell::text(l.date(*from)), Cell::text(version), Cell::text(pack.source.clone()), Cell::tag(state)])
    });
    let columns = ["pack-col-from", "pack-col-version", "pack-col-source", "col-state"];
    Section { id: "versions".into(), head: l.t("pack-versions"), table: table(l, &columns, rows.collect()), ..Section::default() }
}

/// The recounts that were ordered; one under way can be stopped.
fn recounts<P: Permit>(d: &Desk<P>) -> Option<Section> {
    let l = d.v.l.lang;
    let admin = d.role == Role::SystemAdmin;
    let today = d.v.app.clock().now().date();
    let rows: Vec<Row> = packs::recounts(&d.v.world)
        .into_iter()
        .map(|(id, r)| {
            let state = match (r.ended, r.stopped) {
                (None, _) if r.from > today => Tag::new(Tone::Plain, l.t1("pack-recount-from", "day", l.day(r.from))),
                (None, _) => Tag::new(Tone::Soon, l.t("pack-recount-runs")),
                (Some(_), true) => Tag::new(Tone::Plain, l.t("pack-recount-stopped")),
                (Some(at), false) => Tag::new(Tone::Good, l.t1("pack-recount-done", "at", l.datetime(at))),
            };
            let stop = Button {
                action: format!("{PATH}/recount"),
                hidden: vec![("stop".into(), id.to_string())],
                label: l.t("pack-recount-stop"),
            };
            let who = r.by.and_then(|p| d.v.world.directory.people.get(&p)).map_or_else(|| l.t("pack-by-command"), |p| p.name.clone());
            Row {
                cells: vec![
                    Cell::text(l.datetime(r.at)),
                    Cell::text(l.t2("pack-version", "id", r.pack.as_str(), "n", r.version)),
                    Cell::text(who),
                    Cell::text(r.seen.to_string()),
                    Cell::text(r.moved.to_string()),
                    Cell::tag(state),
                ],
                buttons: if admin && r.ended.is_none() { vec![stop] } else { Vec::new() },
                ..Row::default()
            }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let columns = ["pack-col-ordered", "pack-col-version", "pack-col-who", "pack-col-seen", "pack-col-moved", "col-state"];
    let mut table = table(l, &columns, rows)?;
    table.columns[3].1 = true;
    table.columns[4].1 = true;
    Some(Section { id: "recounts".into(), head: l.t("pack-recounts"), table: Some(table), ..Section::default() })
}

fn own_text<P: Permit>(d: &Desk<P>) -> String {
    let packs = &d.v.world.directory.packs;
    let today = d.v.app.clock().now().date();
    let current = packs.iter().rev().find(|(from, _)| *from <= today).or(packs.first());
    current.and_then(|(_, texts)| texts.last().cloned()).unwrap_or_default()
}

fn national() -> Option<Pack> {
    setup::pack_texts("national").and_then(|t| crate::app::pack_of(&t).ok())
}

/// The form in which a new version is written or sent as a file.
fn proposal(l: Lang, text: &str, errors: Errors) -> ActionForm {
    let mut form = ActionForm::new(l, format!("{PATH}/check"), l.t("pack-check"));
    form.files = true;
    form.intro = l.t("pack-check-intro");
    let area = Field::new(l, "text", l.t("pack-text"), Control::Area { tall: true }).value(text).hint(l.t("pack-text-hint"));
    let file = Control::File { accept: ".toml,.txt", max: MAX_TEXT as u64, kept: Vec::new() };
    let file = Field::new(l, "file", l.t("pack-file"), file).hint(l.t("pack-file-hint"));
    form.fields = vec![area.errors(&errors), file.errors(&errors)];
    form.errors = errors;
    form
}

fn board<P: Permit>(d: &Desk<P>, form: Option<ActionForm>, faults: Option<Section>) -> Board {
    let (l, pack) = (d.v.l.lang, &d.v.world.pack);
    let running = packs::recounts(&d.v.world).iter().any(|(_, r)| r.ended.is_none() && r.from <= d.v.app.clock().now().date());
    let name = if l.is_chinese() { &pack.name } else { &pack.name_en };
    let version = l.t2("pack-version", "id", pack.id.as_str(), "n", pack.version);
    let mut sections: Vec<Section> = faults.into_iter().collect();
    sections.extend(recounts(d));
    if let Some(national) = national().filter(|n| n.id != pack.id) {
        let heads = ["pack-differs", "pack-col-national", "pack-col-here", "pack-col-source"];
        sections.push(differences(l, pack, &national, heads, "pack-differs-not"));
    }
    sections.extend(in_words(l, pack));
    sections.push(versions(d));
    let mut links = vec![Link::new("/desk/pack/text.toml", l.t("pack-download"))];
    links.extend(["part-clocks", "part-mechanisms", "part-supervision", "part-review", "versions"].map(|id| {
        let key = if id == "versions" { l.t("pack-versions") } else { l.code("pack-part", &id["part-".len()..]) };
        Link::new(format!("#{id}"), key)
    }));
    let mut notes = Vec::new();
    if running {
        notes.push((Tone::Act, l.t("pack-recount-note"), None));
    }
    Board {
        title: l.t("pack-page"),
        lead: format!("{name} · {version} · {}", pack.source),
        links,
        notes,
        sections,
        form: form.map(|f| (l.t("pack-propose"), f)),
        again: if running { 5 } else { 0 },
        l: d.layout(),
        ..Board::default()
    }
}

pub(super) async fn show(d: Desk<PackReaders>) -> Web {
    let admin = d.role == Role::SystemAdmin;
    let form = admin.then(|| proposal(d.v.l.lang, &own_text(&d), Errors::default()));
    let mut view = board(&d, form, None);
    if admin && d.v.world.directory.packs.len() > 1 && packs::recounts(&d.v.world).iter().all(|(_, r)| r.ended.is_some()) {
        view.sections.extend(again(&d));
    }
    Ok(page(&view))
}

/// For a version that was made for new cases only: its recount can still be ordered.
fn again<P: Permit>(d: &Desk<P>) -> Option<Section> {
    let l = d.v.l.lang;
    let pack = &d.v.world.pack;
    let button = Button { action: format!("{PATH}/recount"), hidden: Vec::new(), label: l.t("pack-recount-order") };
    let row = Row {
        cells: vec![Cell::text(l.t2("pack-version", "id", pack.id.as_str(), "n", pack.version)), Cell::text(l.t("pack-recount-what"))],
        buttons: vec![button],
        ..Row::default()
    };
    let table = table(l, &["pack-col-version", "pack-col-does"], vec![row]);
    Some(Section { id: "again".into(), head: l.t("pack-recount-again"), table, ..Section::default() })
}

/// The text of the pack in force, to be kept or changed.
pub(super) async fn text(d: Desk<PackReaders>) -> Web {
    let name = format!("attachment; filename=\"{}-{}.toml\"", d.v.world.pack.id, d.v.world.pack.version);
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], own_text(&d)).into_response())
}

pub(super) async fn check(d: Desk<SystemAdmins>, mut multipart: Multipart) -> Web {
    let (mut text, mut file) = (String::new(), None);
    while let Ok(Some(part)) = multipart.next_field().await {
        match part.name() {
            Some("text") => text = part.text().await.unwrap_or_default(),
            Some("file") => file = part.bytes().await.ok().filter(|b| !b.is_empty()),
            _ => {}
        }
    }
    let mut errors = Errors::default();
    if let Some(bytes) = file {
        match String::from_utf8(bytes.to_vec()) {
            Ok(t) => text = t,
            Err(_) => errors.add("file", d.v.l.lang.t("pack-bad-file")),
        }
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if text.trim().is_empty() {
        errors.add("text", d.v.l.lang.t("bad-required"));
    } else if text.chars().count() > MAX_TEXT {
        errors.add("text", d.v.l.lang.t("bad-too-long"));
    }
    if !errors.is_empty() {
        let form = proposal(d.v.l.lang, &text, errors);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &board(&d, Some(form), None)));
    }
    match packs::read("pack.toml", &text, &std::collections::BTreeMap::new()) {
        Ok(read) => looked_at(&d, &text, read, &Fields::default(), Errors::default()).await,
        Err(faults) => Ok(faulty(&d, &text, &faults)),
    }
}

/// What is wrong and what to do, in the reader's language.
fn cure(l: Lang, said: &Said) -> String {
    let key = format!("pack-cure-{}", said.cure.code().replace('_', "-"));
    l.t2(&key, "it", said.it.as_str(), "allowed", said.allowed.as_str())
}

/// The same page with what is wrong, line by line, and all that was written.
fn faulty(d: &Desk<SystemAdmins>, text: &str, faults: &[PackError]) -> axum::response::Response {
    let l = d.v.l.lang;
    let mut errors = Errors::default();
    errors.add("text", l.t1("pack-faults", "n", faults.len()));
    let rows = faults.iter().map(|f| {
        // A pack it rests on may be at fault.
        let line = if f.file == "pack.toml" { f.line.to_string() } else { format!("{}:{}", f.file, f.line) };
        row(vec![Cell::text(line), Cell::text(f.field.clone()), Cell::text(cure(l, &f.said))])
    });
    let section = Section {
        id: "faults".into(),
        head: l.t1("pack-faults", "n", faults.len()),
        table: table(l, &["pack-col-line", "pack-col-field", "pack-col-cure"], rows.collect()),
        ..Section::default()
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &board(d, Some(proposal(l, text, errors)), Some(section)))
}

pub(super) async fn look(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let text = fields.get("text").replace("\r\n", "\n");
    match packs::read("pack.toml", &text, &std::collections::BTreeMap::new()) {
        Ok(read) => looked_at(&d, &text, read, &fields, Errors::default()).await,
        Err(faults) => Ok(faulty(&d, &text, &faults)),
    }
}

/// Where the look at the open cases stands: what was seen before this stretch, and where it begins.
fn so_far(fields: &Fields) -> (u64, u64, u64, Option<(Instant, CaseId)>) {
    let number = |name: &str| fields.get(name).parse().unwrap_or(0);
    let after = fields.get("after").split_once('-').and_then(|(at, id)| Some((Instant(at.parse().ok()?), CaseId(Id::parse(id)?))));
    if after.is_none() { (0, 0, 0, None) } else { (number("seen"), number("moved"), number("same"), after) }
}

/// A text without fault: what it changes, what it would move among the open cases, and the choice to make it.
async fn looked_at(d: &Desk<SystemAdmins>, text: &str, read: Read, fields: &Fields, errors: Errors) -> Web {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let (seen, moved, same, after) = so_far(fields);
    let stretch = packs::preview(&d.v.app, d.v.locality, &read.pack, after).await?;
    let (seen, moved, same) = (seen + stretch.seen, moved + stretch.moved.len() as u64, same + stretch.same);
    let tomorrow = now.date().tomorrow().unwrap_or(now.date()).to_string();
    let from = Some(fields.get("from")).filter(|f| !f.is_empty()).unwrap_or(&tomorrow).to_owned();
    let open = Some(fields.get("open")).filter(|o| !o.is_empty()).unwrap_or("keep");
    let mut form = ActionForm::new(l, PATH, l.t("pack-make"));
    form.intro = l.t("pack-make-intro");
    let choices = ["keep", "recount"].map(|c| Choice::new(c, l.code("pack-open", c), open).hint(l.code("pack-open-hint", c)));
    form.fields = vec![
        Field::new(l, "from", l.t("pack-from"), Control::Date).value(from).hint(l.t("pack-from-hint")).required().errors(&errors),
        Field::new(l, "open", l.t("pack-open"), Control::Radio(choices.into())).required().errors(&errors),
    ];
    form.hidden = vec![("text".into(), text.to_owned())];
    form.back = PATH.into();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    form.errors = errors;
    let mut notes = vec![(Tone::Act, l.t2("pack-whole", "id", read.pack.id.as_str(), "n", read.pack.version), None)];
    let today = now.date();
    if packs::unfit(&d.v.world, &read.pack, today.tomorrow().unwrap_or(today), today).iter().any(|(field, _)| *field == "text") {
        notes.push((Tone::Soon, l.t("bad-pack-version"), None));
    }
    let heads = ["pack-changes", "pack-col-before", "pack-col-after", "pack-col-source"];
    let view = Board {
        title: l.t("pack-try"),
        lead: l.t("pack-try-lead"),
        links: vec![Link::new(PATH, l.t("pack-page"))],
        notes,
        sections: vec![
            differences(l, &read.pack, &d.v.world.pack, heads, "pack-changes-not"),
            progress(l, text, [seen, moved, same], stretch.after),
            moves(d, &read.pack, &stretch),
        ],
        form: Some((l.t("pack-make"), form)),
        l: d.layout(),
        ..Board::default()
    };
    Ok(page_with(status, &view))
}

fn progress(l: Lang, text: &str, counts: [u64; 3], after: Option<(Instant, CaseId)>) -> Section {
    let hidden = |(at, id): (Instant, CaseId)| {
        let mut hidden = vec![("text".to_owned(), text.to_owned()), ("after".to_owned(), format!("{}-{}", at.0, id.0))];
        hidden.extend(["seen", "moved", "same"].into_iter().zip(counts).map(|(name, n)| (name.to_owned(), n.to_string())));
        hidden
    };
    let go_on = |after| Button { action: format!("{PATH}/look"), hidden: hidden(after), label: l.t("pack-look-on") };
    let state = if after.is_some() { Tag::new(Tone::Soon, l.t("pack-look-part")) } else { Tag::new(Tone::Good, l.t("pack-look-all")) };
    let [seen, moved, same] = counts;
    let row = Row {
        cells: vec![Cell::tag(state), Cell::text(seen.to_string()), Cell::text(moved.to_string()), Cell::text(same.to_string())],
        buttons: after.map(go_on).into_iter().collect(),
        ..Row::default()
    };
    let mut table = table(l, &["col-state", "pack-col-seen", "pack-col-dates", "pack-col-same"], vec![row]);
    if let Some(t) = &mut table {
        t.columns[1..].iter_mut().for_each(|c| c.1 = true);
    }
    Section { id: "progress".into(), head: l.t("pack-look"), table, ..Section::default() }
}

fn moves(d: &Desk<SystemAdmins>, pack: &Pack, stretch: &Stretch) -> Section {
    let l = d.v.l.lang;
    let teller = Teller { lang: l, world: &d.v.world, now: d.v.app.clock().now(), reader: Reader::Desk, papers: "" };
    let rows = stretch.moved.iter().map(|m| {
        let name = ClockName(m.clock.clone());
        let named = if d.v.world.pack.local_clock(&name).is_some() { &d.v.world.pack } else { pack };
        let to = m.to.as_ref().map_or_else(|| l.t("pack-clock-ends"), |due| teller.due(due));
        row(vec![Cell::text(m.number.clone()), Cell::text(clock_name(l, named, &name)), Cell::text(teller.due(&m.from)), Cell::text(to)])
    });
    let columns = ["col-case", "col-which-clock", "col-from", "col-to"];
    Section {
        id: "moves".into(),
        head: l.t("pack-moves"),
        table: table(l, &columns, rows.collect()),
        empty: l.t("pack-moves-none"),
        ..Section::default()
    }
}

pub(super) async fn make(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let l = d.v.l.lang;
    let text = fields.get("text").replace("\r\n", "\n");
    let read = match packs::read("pack.toml", &text, &std::collections::BTreeMap::new()) {
        Ok(read) => read,
        Err(faults) => return Ok(faulty(&d, &text, &faults)),
    };
    let mut errors = Errors::default();
    let from: Option<Date> = fields.get("from").parse().ok();
    if from.is_none() {
        errors.add("from", l.t("bad-required"));
    }
    if !["keep", "recount"].contains(&fields.get("open")) {
        errors.add("open", l.t("bad-required"));
    }
    let Some(from) = from.filter(|_| errors.is_empty()) else { return looked_at(&d, &text, read, &fields, errors).await };
    match packs::make(&d.v.app, &d.scope, read.clone(), from, fields.get("open") == "recount").await {
        Ok(()) => Ok(see_other_with(PATH, "flash-pack")),
        Err(Denied::Invalid(faults)) => looked_at(&d, &text, read, &fields, errors_of(l, &faults)).await,
        Err(other) => Err(other.into()),
    }
}

/// Orders a recount, or stops the one that is named.
pub(super) async fn recount(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    if let Some(id) = Id::parse(Fields::from_iter(pairs).get("stop")) {
        packs::stop(&d.v.app, &d.scope, id).await?;
        return Ok(see_other_with(PATH, "flash-pack-stopped"));
    }
    packs::order_recount(&d.v.app, &d.scope).await?;
    Ok(see_other_with(PATH, "flash-pack-recount"))
}
