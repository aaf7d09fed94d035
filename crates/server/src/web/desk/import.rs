//! Files from elsewhere at the intake desk: sent, described, tried on their first rows, looked through, brought in, stopped, gone on with and
//! taken back. A server works through them beside the pages; a page says how far it has come.

use super::account::{Asked, Sent};
use crate::usecase::fields::{Faults, Fields, Reader};
use crate::usecase::import::draft::{Draft, Use};
use crate::usecase::import::job::{self, Ask, Look, MAX_FILE, NotTaken, Rejects, Report, can_undo};
use crate::usecase::import::mapping::{self, Field as Column};
use crate::usecase::import::row::Bad;
use crate::usecase::import::source::{Record, Unfit};
use crate::usecase::import::table::{REASON_COLUMN, ROW_COLUMN, Unreadable, guarded};
use crate::usecase::submit::Incoming;
use crate::usecase::{Answer, Denied};
use crate::web::faults;
use crate::web::http::{Desk, Intake, Web, WebError, encode, page, page_with, see_other, see_other_with};
use crate::web::i18n::Lang;
use crate::web::views::import::{ColumnRow, Do, Editor, FaultLine, ImportJob, ImportRow, Imports, KeptRow, Progress, ValueRow};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group, Link, Pager, Tag, Tone};
use axum::body::Body;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use rules::ids::Id;
use rules::law::{Demand, Kind};
use store::imports::{self, Job, State};

/// Imports on a page of the list.
const PER_PAGE: i64 = 30;
/// Rows a mapping is tried on.
const FIRST_ROWS: usize = 12;

type D = Desk<Intake>;

fn id_of(text: &str) -> Answer<Id> {
    Id::parse(text).ok_or(Denied::NotFound)
}

fn state(l: Lang, state: State) -> Tag {
    let tone = match state {
        State::Draft | State::Paused => Tone::Soon,
        State::Checking | State::Running | State::Undoing => Tone::Act,
        State::Done => Tone::Good,
        State::Undone => Tone::Plain,
        State::Failed => Tone::Late,
    };
    Tag::new(tone, l.code("import-state", state.code()))
}

// ---- the list

pub(super) async fn list(d: D, Query(query): Asked) -> Web {
    Ok(page(&list_view(&d, &Fields::from_iter(query), Errors::default()).await?))
}

async fn list_view(d: &D, asked: &Fields, errors: Errors) -> Answer<Imports> {
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let before = Id::parse(asked.get("before"));
    let jobs = imports::list(&mut db, &d.scope, before, PER_PAGE + 1).await?;
    let mappings = imports::mappings(&mut db, &d.scope).await?;
    drop(db);
    let more = jobs.len() > PER_PAGE as usize;
    let shown = &jobs[..jobs.len().min(PER_PAGE as usize)];
    let next = shown.last().filter(|_| more).map(|j| format!("/desk/import?before={}", j.id)).unwrap_or_default();
    let me = d.scope.grant().map(|(p, _)| p);
    let kept = mappings.into_iter().map(|k| KeptRow {
        own: Some(k.person) == me,
        about: l.t1(if k.shared { "import-shared-by" } else { "import-own" }, "name", person(d, k.person)),
        id: k.id.to_string(),
        name: k.name,
    });
    let mut form = ActionForm::new(l, "/desk/import", l.t("import-send"));
    form.files = true;
    let accept = ".csv,.txt,.xlsx,.jsonl,.ndjson,.json";
    let file = Field::new(l, "file", l.t("import-file-label"), Control::File { accept, max: MAX_FILE, kept: Vec::new() });
    form.fields = vec![file.required().hint(l.t1("import-file-hint", "size", l.bytes(MAX_FILE))).errors(&errors)];
    form.errors = errors;
    Ok(Imports {
        form,
        rows: shown.iter().map(|j| row(d, j)).collect(),
        pager: Pager {
            l,
            shown: l.t1("import-shown", "n", shown.len()),
            prev: if before.is_some() { "/desk/import".into() } else { String::new() },
            next,
        },
        kept: kept.collect(),
        l: d.layout(),
    })
}

fn person(d: &D, id: rules::ids::PersonId) -> String {
    d.v.world.directory.people.get(&id).map(|p| p.name.clone()).unwrap_or_default()
}

fn row(d: &D, j: &Job) -> ImportRow {
    let l = d.v.l.lang;
    let counts = if j.started_at.is_some() {
        format!(
            "{} · {} · {}",
            l.t1("import-n-accepted", "n", j.accepted),
            l.t1("import-n-known", "n", j.known + j.changed),
            l.t1("import-n-rejected", "n", j.rejected)
        )
    } else {
        l.t1("import-n-rows", "n", j.total)
    };
    ImportRow {
        href: format!("/desk/import/{}", j.id),
        name: j.name.clone(),
        at: l.stamp(j.created_at),
        who: person(d, j.person),
        state: state(l, j.state),
        counts,
    }
}

/// Takes files: each becomes a draft of its own.
pub(super) async fn send(d: D, multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>) -> Web {
    let l = d.v.l.lang;
    let mut errors = Errors::default();
    let mut sent = Vec::new();
    if let Ok(multipart) = multipart {
        match receive(&d, multipart, &mut sent).await {
            Ok(()) => {}
            Err((_, NotTaken::Denied(denied))) => return Err(denied.into()),
            Err((name, no)) => errors.add("file", l.t2("import-not-taken", "name", name, "why", not_taken(l, &no))),
        }
    }
    match (&sent[..], errors.is_empty()) {
        ([], true) => errors.add("file", l.t("bad-file-empty")),
        ([one], true) => return Ok(see_other(&format!("/desk/import/{one}"))),
        (_, true) => return Ok(see_other_with("/desk/import", "import-flash-sent")),
        _ => {}
    }
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &list_view(&d, &Fields::default(), errors).await?))
}

async fn receive(d: &D, mut multipart: Multipart, sent: &mut Vec<Id>) -> Result<(), (String, NotTaken)> {
    while let Ok(Some(mut part)) = multipart.next_field().await {
        let Some(name) = part.file_name().map(str::to_owned).filter(|n| !n.is_empty()) else { continue };
        let mut bytes = Vec::new();
        loop {
            match part.chunk().await {
                Ok(Some(chunk)) if (bytes.len() + chunk.len()) as u64 <= MAX_FILE => bytes.extend_from_slice(&chunk),
                Ok(None) => break,
                // Too large, or cut short on its way.
                Ok(Some(_)) | Err(_) => return Err((name, NotTaken::Large)),
            }
        }
        if !bytes.is_empty() {
            let kept = job::keep(&d.v.app, &d.scope, &name, bytes).await.map_err(|no| (name, no))?;
            sent.push(kept.id);
        }
    }
    Ok(())
}

/// Why a file is not taken, or a mapping does not fit it.
fn not_taken(l: Lang, no: &NotTaken) -> String {
    match no {
        NotTaken::Large => l.t("bad-file-large"),
        NotTaken::Unreadable(Unreadable::Unfit(unfit)) => unfit_words(l, unfit.code, &unfit.detail),
        NotTaken::Unreadable(Unreadable::Mapping(e)) => l.t1("import-file-mapping", "detail", e.to_string()),
        NotTaken::Unreadable(Unreadable::Io(e)) => match e.get_ref().and_then(|e| e.downcast_ref::<Unfit>()) {
            Some(unfit) => unfit_words(l, unfit.code, &unfit.detail),
            None => l.t("import-file-broken"),
        },
        NotTaken::Denied(denied) => l.code("import-file", denied.code()),
    }
}

fn unfit_words(l: Lang, code: &str, detail: &str) -> String {
    l.t1(&format!("import-file-{}", code.replace('_', "-")), "detail", detail)
}

// ---- one import

pub(super) async fn show(d: D, Path(id): Path<String>) -> Web {
    let job = job::load(&d.v.app, &d.scope, id_of(&id)?).await?;
    if d.v.headers.contains_key("hx-request") && !job.state.is_open() {
        // What the page waited for is over: it is another page now.
        let refresh = (HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
        return Ok((StatusCode::OK, [refresh]).into_response());
    }
    let draft = Draft::of(&job.mapping, &Report::of(&job).header);
    Ok(page(&view(&d, &job, &draft, Errors::default()).await?))
}

async fn view(d: &D, job: &Job, draft: &Draft, errors: Errors) -> Answer<ImportJob> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let report = Report::of(job);
    let mut facts = vec![
        (l.t("import-fact-rows"), job.total.to_string()),
        (l.t("import-fact-read-as"), report.read_as.clone()),
        (l.t("import-fact-size"), l.bytes(job.size.unsigned_abs())),
        (l.t("import-col-who"), person(d, job.person)),
        (l.t("import-col-at"), l.stamp(job.created_at)),
    ];
    facts.retain(|(_, v)| !v.is_empty());
    let mut notes = Vec::new();
    if let Some((code, detail)) = &report.failed {
        notes.push(unfit_words(l, code, detail));
    }
    if report.worked_on_count > 0 {
        let key = if job.state == State::Undone { "import-worked-on-kept" } else { "import-worked-on" };
        notes.push(l.t1(key, "n", report.worked_on_count));
    }
    let mut editor = None;
    let mut errors = errors;
    if job.state == State::Draft {
        match job::look(&d.v.app, job, draft, FIRST_ROWS).await {
            Ok(look) => editor = Some(edit(d, draft, &look, &errors).await?),
            Err(NotTaken::Denied(denied)) => return Err(denied),
            Err(no) => {
                errors.add("", not_taken(l, &no));
                editor = Some(edit(d, draft, &Look::default(), &errors).await?);
            }
        }
    }
    let looked = job.done > 0 || report.checked || job.started_at.is_some();
    let counted = [("accepted", job.accepted), ("known", job.known), ("changed", job.changed), ("rejected", job.rejected)];
    let dry = job.started_at.is_none();
    let fault = |column: &str, value: &str, code: &str, row: String, count: String| FaultLine {
        row,
        column: column.to_owned(),
        value: value.to_owned(),
        reason: reason(l, code),
        count,
    };
    Ok(ImportJob {
        href: format!("/desk/import/{}", job.id),
        name: job.name.clone(),
        state: state(l, job.state),
        facts,
        notes,
        editor,
        progress: job.state.is_open().then(|| progress(l, job, now)),
        counts: if looked {
            counted.map(|(code, n)| (l.code(if dry { "import-would" } else { "import-count" }, code), n)).to_vec()
        } else {
            Vec::new()
        },
        counts_head: l.t(if dry { "import-would-head" } else { "import-count-head" }),
        kinds: report.kinds.iter().map(|k| fault(&k.column, "", &k.code, k.first.to_string(), k.count.to_string())).collect(),
        rows: report.rows.iter().map(|r| fault(&r.column, &r.value, &r.code, r.row.to_string(), String::new())).collect(),
        cases: report.worked_on.clone(),
        acts: acts(l, job, now),
        links: links(l, job),
        errors,
        l: d.layout(),
    })
}

/// The sentence for what is wrong with a row.
fn reason(l: Lang, code: &str) -> String {
    let key = format!("import-row-{}", code.replace('_', "-"));
    if l.has(&key) { l.t(&key) } else { faults::beside_its_name(l, "", code) }
}

fn progress(l: Lang, job: &Job, now: rules::time::Instant) -> Progress {
    let began = job.started_at.filter(|_| job.state == State::Running);
    let seconds = began.map_or(0.0, |b| (now.0 - b.0) as f64 / 1e6);
    let mut words = l.t2("import-progress-rows", "done", job.done, "total", job.total);
    if seconds >= 1.0 && job.done > 0 {
        let rate = job.done as f64 / seconds;
        let left = (job.total - job.done).max(0) as f64 / rate;
        words = format!(
            "{words} · {}",
            l.t2("import-progress-rate", "rate", format!("{rate:.0}"), "left", l.elapsed((left / 60.0).ceil() as i64))
        );
    }
    Progress { done: job.done, total: job.total.max(1), words }
}

fn acts(l: Lang, job: &Job, now: rules::time::Instant) -> Vec<Do> {
    let act = |what: &str, danger| Do { what: what.into(), label: l.code("import-do", what), hint: l.code("import-do-hint", what), danger };
    let mut out = Vec::new();
    if matches!(job.state, State::Running | State::Checking) {
        out.push(act("pause", false));
    }
    if job.state == State::Paused && job.file_kept {
        out.push(act("resume", false));
    }
    if can_undo(job, now) {
        out.push(act("undo", true));
    }
    out
}

fn links(l: Lang, job: &Job) -> Vec<Link> {
    let mut out = Vec::new();
    if job.rejected > 0 && job.file_kept {
        out.push(Link::new(format!("/desk/import/{}/rejects", job.id), l.t("import-rejects")));
    }
    if job.file_kept {
        out.push(Link::new(format!("/desk/import/{}/mapping", job.id), l.t("import-mapping-file")));
    }
    out
}

// ---- the mapping

fn select(name: &str, l: Lang, label: String, choices: Vec<Choice>) -> Field {
    Field::new(l, name, label, Control::Select(vec![Group { label: String::new(), choices }]))
}

fn kinds(l: Lang, none: String, chosen: &str) -> Vec<Choice> {
    let all = Kind::ALL.iter().map(|k| Choice::new(k.code(), l.code("kind", k.code()), chosen));
    std::iter::once(Choice::new("", none, chosen)).chain(all).collect()
}

fn demands(l: Lang, none: String, chosen: &str) -> Vec<Choice> {
    let all = Demand::ALL.iter().map(|d| Choice::new(d.code(), l.code("demand", d.code()), chosen));
    std::iter::once(Choice::new("", none, chosen)).chain(all).collect()
}

async fn edit(d: &D, draft: &Draft, look: &Look, errors: &Errors) -> Answer<Editor> {
    let l = d.v.l.lang;
    let uses = |chosen: Use| {
        let field = |(code, _): &(&str, Column)| Choice::new(*code, l.code("import-field", code), chosen.code());
        let none = Choice::new("", l.t("import-use-none"), chosen.code());
        let note = Choice::new("note", l.t("import-use-note"), chosen.code());
        [none, note].into_iter().chain(Column::ALL.iter().map(field)).collect::<Vec<_>>()
    };
    let sample = |i: usize| {
        let cell = look.records.iter().filter_map(|r| r.cells.get(i)).map(|c| c.trim()).find(|c| !c.is_empty()).unwrap_or_default();
        cell.chars().take(40).collect::<String>()
    };
    let column = |(i, (name, used)): (usize, &(String, Use))| ColumnRow {
        name: format!("c{i}"),
        column: name.clone(),
        sample: sample(i),
        choices: uses(*used),
        error: errors.of(&format!("c{i}")).unwrap_or_default().to_owned(),
    };
    let known = job::known_mappings(&d.v.app, &d.scope).await?;
    let begin = known.iter().map(|(key, name, _)| {
        let label = if mapping::shipped(key).is_some() { l.code("import-shipped", name) } else { name.clone() };
        Choice::new(key.clone(), label, "")
    });
    let values = [("kinds", &draft.kinds, 0, "k"), ("demands", &draft.demands, 1, "d")].map(|(head, meant, at, mark)| {
        let mut found: Vec<String> = look.values.get(at).cloned().unwrap_or_default();
        if !found.is_empty() {
            found.extend(meant.keys().filter(|k| !look.values[at].contains(k)).cloned());
        }
        let row = |(i, value): (usize, String)| {
            let chosen = meant.get(&value).map_or("", String::as_str);
            let none = l.t("choose");
            let choices = if mark == "k" { kinds(l, none, chosen) } else { demands(l, none, chosen) };
            ValueRow { names: (format!("{mark}v{i}"), format!("{mark}{mark}{i}")), choices, value }
        };
        (l.code("import-values", head), found.into_iter().enumerate().map(row).collect())
    });
    let line = |name: &str| Field::text(l, name, l.code("import-set", name)).hint(l.code("import-set-hint", name)).errors(errors);
    let encodings = ["auto", "utf-8", "gb18030"].map(|e| Choice::new(e, l.code("import-encoding", e), &draft.encoding));
    let delimiters =
        [(",", "comma"), (";", "semicolon"), ("\t", "tab")].map(|(v, n)| Choice::new(v, l.code("import-delimiter", n), &draft.delimiter));
    let fields = vec![
        select("kind", l, l.code("import-set", "kind"), kinds(l, l.t("import-kind-by-column"), &draft.kind))
            .hint(l.code("import-set-hint", "kind"))
            .errors(errors),
        line("series").value(&draft.series).required().max(40),
        Field::check(l, "historical", l.code("import-set", "historical"), draft.historical)
            .hint(l.code("import-set-hint", "historical"))
            .errors(errors),
        line("sheet").value(&draft.sheet).max(60),
        line("skip").value(&draft.skip).max(4),
        select("encoding", l, l.code("import-set", "encoding"), encodings.to_vec()).errors(errors),
        select("delimiter", l, l.code("import-set", "delimiter"), delimiters.to_vec()).errors(errors),
    ];
    let heads = ["row", "external_id", "kind", "submitted_at", "name", "phone", "respondent_name", "narrative"];
    let preview = look.read.iter().flatten().zip(&look.records).map(|(read, record)| tried(l, record, read));
    let keep = vec![
        Field::text(l, "mapping_name", l.t("import-keep-name")).required().max(60).errors(errors),
        Field::check(l, "shared", l.t("import-keep-shared"), false).hint(l.t("import-keep-shared-hint")),
    ];
    Ok(Editor {
        begin: begin.collect(),
        columns: draft.columns.iter().enumerate().map(column).collect(),
        fields,
        values: values.to_vec(),
        preview_head: heads.map(|h| l.code("import-field", h)).to_vec(),
        preview: preview.collect(),
        keep,
    })
}

/// A row as it would go in, or what is wrong with it.
fn tried(l: Lang, record: &Record, read: &Result<Incoming, Box<Bad>>) -> (Vec<String>, String) {
    match read {
        Err(bad) => {
            let column = if bad.column.is_empty() { String::new() } else { format!("{}: ", bad.column) };
            let value = if bad.value.is_empty() { String::new() } else { format!("“{}” ", bad.value) };
            (vec![record.row.to_string()], format!("{column}{value}{}", reason(l, bad.code)))
        }
        Ok(i) => {
            let part = &i.parts[0];
            let text = if part.title.is_empty() { &part.narrative } else { &part.title };
            let cells = vec![
                record.row.to_string(),
                i.external_id.clone(),
                part.kind.map(|k| l.code("kind", k.code())).unwrap_or_default(),
                i.received_at.map(|at| l.stamp(at)).unwrap_or_default(),
                i.name.clone(),
                i.phone.clone(),
                i.respondent.0.clone(),
                text.chars().take(40).collect(),
            ];
            (cells, String::new())
        }
    }
}

/// The faults of a mapping as sentences at their fields.
fn mapping_errors(l: Lang, draft: &Draft, faults: &Faults) -> Errors {
    let mut out = Errors::default();
    for (field, code) in &faults.0 {
        let key = format!("import-bad-{}", code.replace('_', "-"));
        let sentence = if l.has(&key) { l.t(&key) } else { faults::beside_its_name(l, field, code) };
        let column = field.strip_prefix('c').and_then(|n| n.parse::<usize>().ok()).filter(|_| code == "column_twice");
        let name = match column.and_then(|i| draft.columns.get(i)) {
            Some((name, _)) => name.clone(),
            None if field == "mapping_name" => l.t("import-keep-name"),
            None if field == "c0" => l.t("import-columns"),
            None => l.code("import-set", field),
        };
        out.add(field.clone(), l.t2("fault-of", "field", name, "fault", sentence));
    }
    out
}

// ---- what is asked of it

pub(super) async fn act(d: D, Path(id): Path<String>, axum::Form(pairs): Sent) -> Web {
    let id = id_of(&id)?;
    let fields = Fields::from_iter(pairs);
    let job = job::load(&d.v.app, &d.scope, id).await?;
    let here = format!("/desk/import/{id}");
    let what = fields.get("do");
    if job.state != State::Draft {
        let Some(ask) = Ask::parse(what) else { return Ok(see_other(&here)) };
        return match job::ask(&d.v.app, &d.scope, id, ask).await {
            // Somebody else was faster, or it came to its end: the page says how it stands.
            Ok(()) | Err(Denied::Stale) => Ok(see_other(&here)),
            Err(denied) => Err(denied.into()),
        };
    }
    if what == "discard" {
        job::discard(&d.v.app, &d.scope, id).await?;
        return Ok(see_other_with("/desk/import", "import-flash-discarded"));
    }
    let header = Report::of(&job).header;
    let draft = match what {
        "use" => {
            let known = job::known_mappings(&d.v.app, &d.scope).await?;
            let text = known.iter().find(|(key, ..)| key == fields.get("begin")).map(|(.., text)| text.clone()).unwrap_or_default();
            let missing = Draft::missing(&text, &header);
            let draft = Draft::of(&text, &header);
            // One laid out otherwise has other columns; they are seen when the file is opened that way.
            if !missing.is_empty() && draft.shape() == Draft::of(&job.mapping, &header).shape() {
                let mut errors = Errors::default();
                errors.add("c0", d.v.l.lang.t1("import-bad-missing", "columns", missing.join(&d.v.l.lang.t("list-comma"))));
                return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&d, &job, &draft, errors).await?));
            }
            draft
        }
        _ => Draft::sent(&fields, &header),
    };
    let mut faults = Faults::default();
    let name = if what == "keep" {
        let mut r = Reader::new(&fields);
        let name = r.need_line("mapping_name", 60);
        faults = r.faults;
        name
    } else {
        String::new()
    };
    let set = match faults.is_empty() {
        true => job::set_draft(&d.v.app, &d.scope, id, draft.clone()).await,
        false => Err(NotTaken::Denied(Denied::Invalid(faults))),
    };
    let l = d.v.l.lang;
    let errors = match set {
        Ok(false) => return Ok(see_other_with(&here, "import-flash-columns")),
        Ok(true) => match what {
            "check" | "start" => {
                let ask = if what == "check" { Ask::Check } else { Ask::Start };
                job::ask(&d.v.app, &d.scope, id, ask).await?;
                return Ok(see_other(&here));
            }
            "keep" => {
                job::keep_mapping(&d.v.app, &d.scope, &name, draft.text(), fields.ticked("shared")).await?;
                return Ok(see_other_with(&here, "import-flash-kept"));
            }
            _ => return Ok(see_other(&format!("{here}#h-pre"))),
        },
        Err(NotTaken::Denied(Denied::Invalid(faults))) => mapping_errors(l, &draft, &faults),
        Err(NotTaken::Denied(denied)) => return Err(denied.into()),
        Err(no) => {
            let mut errors = Errors::default();
            errors.add("sheet", not_taken(l, &no));
            errors
        }
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&d, &job, &draft, errors).await?))
}

pub(super) async fn forget(d: D, Path(id): Path<String>) -> Web {
    job::forget_mapping(&d.v.app, &d.scope, id_of(&id)?).await?;
    Ok(see_other_with("/desk/import", "import-flash-forgotten"))
}

// ---- files to fetch

fn attachment(name: &str, kind: &'static str, body: Body) -> Web {
    let named = format!("attachment; filename*=UTF-8''{}", encode(&name.replace('/', "_")));
    let response = Response::builder().header(CONTENT_TYPE, kind).header(CONTENT_DISPOSITION, named).body(body);
    response.map_err(|e| WebError(Denied::Store(store::engine::Error::internal(e))))
}

pub(super) async fn mapping_file(d: D, Path(id): Path<String>) -> Web {
    let job = job::load(&d.v.app, &d.scope, id_of(&id)?).await?;
    let stem = job.name.rsplit_once('.').map_or(job.name.as_str(), |(stem, _)| stem).to_owned();
    attachment(&format!("{stem}.toml"), "application/toml; charset=utf-8", Body::from(job.mapping))
}

/// The rejected rows with the columns they had, the row they stood in and why: to be mended and sent again with the same mapping. Read from
/// the file while it is sent; nothing of it is kept.
pub(super) async fn rejects(d: D, Path(id): Path<String>) -> Web {
    let job = job::load(&d.v.app, &d.scope, id_of(&id)?).await?;
    let rejects = match Rejects::of(&d.v.app, &job).await {
        Ok(rejects) => rejects,
        Err(NotTaken::Denied(denied)) => return Err(denied.into()),
        Err(_) => return Err(Denied::NotFound.into()),
    };
    let l = d.v.l.lang;
    let delimiter = rejects.delimiter();
    let own: Vec<bool> = rejects.header().iter().map(|h| h == ROW_COLUMN || h == REASON_COLUMN).collect();
    let columns = rejects.header().iter().zip(&own).filter(|(_, own)| !**own).map(|(h, _)| h.clone());
    let head: Vec<String> = columns.chain([ROW_COLUMN.to_owned(), REASON_COLUMN.to_owned()]).collect();
    let first = [b"\xef\xbb\xbf".to_vec(), csv_line(delimiter, &head)].concat();
    let rest = futures_util::stream::try_unfold((Some(rejects), own, Some(first)), move |(rejects, own, first)| async move {
        if let Some(first) = first {
            return Ok::<_, std::io::Error>(Some((first, (rejects, own, None))));
        }
        let Some(rejects): Option<Rejects> = rejects else { return Ok(None) };
        let Some((rejects, bad)) = rejects.next().await.map_err(std::io::Error::other)? else { return Ok(None) };
        let mut out = Vec::new();
        for (record, bad) in bad {
            let kept = record.cells.into_iter().enumerate().filter(|(i, _)| !own.get(*i).copied().unwrap_or(false));
            let mut cells: Vec<String> = kept.map(|(_, c)| guarded(&c).into_owned()).collect();
            let column = if bad.column.is_empty() { String::new() } else { format!("{}: ", bad.column) };
            cells.extend([record.row.to_string(), format!("{column}{}", reason(l, bad.code))]);
            out.extend(csv_line(delimiter, &cells));
        }
        Ok(Some((out, (Some(rejects), own, None))))
    });
    let stem = job.name.rsplit_once('.').map_or(job.name.as_str(), |(stem, _)| stem).to_owned();
    attachment(&format!("{stem}-{}.csv", l.t("import-rejects-name")), "text/csv; charset=utf-8", Body::from_stream(rest))
}

fn csv_line(delimiter: u8, cells: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    // A vector takes every line.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}
