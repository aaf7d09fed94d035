//! Packs: the shipped ones, faulty ones, one made here only from text; and no place in the program.

use rstest::rstest;
use rules::calendar::{Roll, Span};
use rules::law::{Form, Kind};
use rules::pack::{Mechanism, Pack, PackError, Stop, Trigger, UnitKind, parse};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/packs")
}

fn shipped(id: &str) -> Option<Pack> {
    let text = std::fs::read_to_string(folder().join(format!("{id}.toml"))).ok()?;
    Some(parse(&format!("{id}.toml"), &text, shipped).unwrap_or_else(|e| panic!("{e:?}")))
}

#[test]
fn the_shipped_packs_are_whole() {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let pack = shipped(&id).unwrap();
        assert_eq!(pack.id, id, "a pack is named as its file");
        assert!(Form::ALL.iter().all(|f| pack.classes.contains_key(f)));
        assert!(!pack.source.is_empty() && pack.clocks.iter().all(|c| !c.source.is_empty()), "{id}: where does the locality say so?");
        ids.push(id);
    }
    for id in ["national", "jindong", "beijing", "shandong", "shanghai", "zhejiang", "changchun", "jinjiang", "haishu", "guangxi"] {
        assert!(ids.iter().any(|i| i == id), "{id} is missing");
    }
    let (national, jindong) = (shipped("national").unwrap(), shipped("jindong").unwrap());
    assert!(national.clocks.is_empty(), "what applies everywhere is law");
    assert_eq!((jindong.document, jindong.classes, jindong.roll), (national.document, national.classes, national.roll), "inherited");
}

const TENTH: &str = r#"
id = "tenth"
version = 3
name = "某区"
name_en = "Some district"
division = 110101
source = "某区规定"
valid_from = "2026-06-01"
based_on = "shandong"
roll = "statutory_holiday_only"

[numbering]
document = "{organ}消〔{year}〕{class}{n:4}号"
classes = { refusal = "不" }

[[organ]]
code = "bureau"
name = "某区市场监督管理局"
short = "某"
division = "110101"
market_regulator = true

[[unit]]
code = "centre"
name = "投诉举报处理中心"
kind = "centre"
organ = "bureau"

[[unit]]
code = "first"
name = "第一市场监管所"
kind = "office"
organ = "bureau"
parent = "centre"
phone = "12315"

[[clock]]
id = "dispatch"
name = "分送"
name_en = "Dispatch"
kinds = ["complaint"]
start = "platform"
stop = "sent"
span = "30min"
source = "某区规定第3条"

[follow_up]
rounds = 3
kinds = ["complaint"]
within_days = 15

[groups]
people = [6, 12]
days = 10
source = "某区规定第4条"

[levels]
office = "station"

[[mechanism]]
id = "zero_check"
source = "某区规定第5条"
"#;

#[test]
fn a_tenth_pack_needs_only_text() {
    let pack = parse("tenth.toml", TENTH, shipped).unwrap();
    let base = shipped("shandong").unwrap();
    assert_eq!((pack.version, pack.division, pack.roll), (3, Some(110_101), Roll::StatutoryHolidayOnly));
    assert_eq!(pack.document.render("某", &pack.classes[&Form::Refusal], 2026, 3), "某消〔2026〕不0003号");
    assert_eq!(pack.classes[&Form::Acceptance], base.classes[&Form::Acceptance]);
    assert_eq!(pack.clocks.len(), base.clocks.len(), "one replaced, the others inherited");
    let dispatch: Vec<_> = pack.clocks_on(Trigger::Platform, Kind::Complaint, false).collect();
    assert_eq!((dispatch[0].span, dispatch[0].stop), (Span::Minutes(30), Stop::Sent));
    assert_eq!(pack.clocks_on(Trigger::Platform, Kind::Report, false).count(), 0);
    assert_eq!(pack.units.iter().map(|u| u.kind).collect::<Vec<_>>(), [UnitKind::Centre, UnitKind::Office]);
    // One that only adds units keeps the organs it rests on.
    let more = "id = \"more\"\nversion = 1\nname = \"某\"\nname_en = \"x\"\nsource = \"x\"\nvalid_from = \"2026-06-01\"\nbased_on = \"tenth\"\n\
                [[unit]]\ncode = \"second\"\nname = \"第二所\"\nkind = \"office\"\norgan = \"bureau\"\n";
    let more = parse("more.toml", more, |_| Some(pack.clone())).unwrap();
    assert_eq!((more.organs, more.units.len()), (pack.organs, 1));
}

#[test]
fn a_clock_goes_on_under_the_version_it_was_started_with() {
    let first = parse("tenth.toml", TENTH, shipped).unwrap();
    let second =
        TENTH.replace("version = 3", "version = 4").replace("stop = \"sent\"\nspan = \"30min\"", "stop = \"closed\"\nspan = \"1h\"");
    let second = parse("tenth.toml", &second, shipped).unwrap().after(&first);
    let at = rules::time::Instant::at("2026-06-05T10:00".parse().unwrap());
    let clock = rules::clock::local(&first, first.clocks_on(Trigger::Platform, Kind::Complaint, false).next().unwrap(), at, calendar());
    assert_eq!(second.promise(&clock).map(|l| (l.stop, l.span)), Some((Stop::Sent, Span::Minutes(30))));
    assert_eq!(second.local_clock(&clock.name).map(|l| l.stop), Some(Stop::Closed), "and a new one as it is now");
    // A clock that is gone is still known to the cases that have it.
    let third = TENTH.replace("version = 3", "version = 5");
    let third = parse("tenth.toml", &third[..third.find("[[clock]]").unwrap()], |_| shipped("national")).unwrap().after(&first);
    assert!(third.clocks.is_empty() && third.promise(&clock).is_some() && third.local_clock(&clock.name).is_some());
}

fn calendar() -> &'static rules::calendar::Calendar {
    rules::calendar::Calendar::builtin()
}

#[test]
fn a_mechanism_that_is_on_is_in_step_with_its_section() {
    // What it rests on has second handling on.
    let found = faults(&TENTH.replace("rounds = 3", "rounds = 3\nsecond_handling = false"));
    assert_eq!(found.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["follow_up.second_handling"]);
    let off = "second_handling = false\n\n[[mechanism]]\nid = \"second_handling\"\non = false\nsource = \"x\"\n[groups]";
    let pack = parse("tenth.toml", &TENTH.replace("[groups]", off), shipped).unwrap();
    assert!(!pack.runs(Mechanism::SecondHandling) && shipped("shandong").unwrap().runs(Mechanism::SecondHandling));
    let off = format!("{TENTH}\n[[mechanism]]\nid = \"escrow\"\non = true\nsource = \"x\"\n");
    assert!(!parse("tenth.toml", &off, shipped).unwrap().runs(Mechanism::Escrow), "declared, not built");
    let twice = format!("{TENTH}\n[[mechanism]]\nid = \"zero_check\"\nsource = \"x\"\n");
    assert_eq!(faults(&twice)[0].field, "mechanism.id");
}

fn faults(text: &str) -> Vec<PackError> {
    parse("tenth.toml", text, shipped).expect_err(text)
}

/// Each changes one line of the tenth pack; the error names that line and the field.
#[rstest]
#[case("id = \"tenth\"", "id = \"Tenth\"", "id")]
#[case("id = \"tenth\"", "id = \"\"", "id")]
#[case("version = 3", "version = \"3\"", "version")]
#[case("version = 3", "version = -1", "version")]
#[case("version = 3", "version = ", "version")]
#[case("division = 110101", "division = 11", "division")]
#[case("division = 110101", "divisionn = 110101", "divisionn")]
#[case("valid_from = \"2026-06-01\"", "valid_from = \"2026-13-01\"", "valid_from")]
#[case("valid_from = \"2026-06-01\"", "valid_from = 2026-06-01", "valid_from")]
#[case("based_on = \"shandong\"", "based_on = \"nowhere\"", "based_on")]
#[case("roll = \"statutory_holiday_only\"", "roll = \"none\"", "roll")]
#[case("document = \"{organ}消〔{year}〕{class}{n:4}号\"", "document = \"{organ}号\"", "numbering.document")]
#[case("document = \"{organ}消〔{year}〕{class}{n:4}号\"", "document = \"{office}{year}{n}\"", "numbering.document")]
#[case("classes = { refusal = \"不\" }", "classes = { refusl = \"不\" }", "numbering.classes")]
#[case("classes = { refusal = \"不\" }", "clases = { refusal = \"不\" }", "numbering.clases")]
#[case("division = \"110101\"", "division = \"1101\"", "organ.division")]
#[case("market_regulator = true", "market_regulator = \"yes\"", "organ.market_regulator")]
#[case("market_regulator = true", "regulator = true", "organ.regulator")]
#[case("kind = \"office\"", "kind = \"officee\"", "unit.kind")]
#[case("parent = \"centre\"", "parent = \"second\"", "unit.parent")]
#[case("parent = \"centre\"", "parent = \"first\"", "unit.parent")]
#[case("phone = \"12315\"", "phone = 12315", "unit.phone")]
#[case("id = \"dispatch\"", "id = \"Dis patch\"", "clock.id")]
#[case("kinds = [\"complaint\"]\nstart", "kinds = [\"complaints\"]\nstart", "clock.kinds")]
#[case("kinds = [\"complaint\"]\nstart", "kinds = []\nstart", "clock.kinds")]
#[case("start = \"platform\"", "start = \"telephone\"", "clock.start")]
#[case("stop = \"sent\"", "stop = \"never\"", "clock.stop")]
#[case("span = \"30min\"", "span = \"half an hour\"", "clock.span")]
#[case("span = \"30min\"", "span = \"0wd\"", "clock.span")]
#[case("span = \"30min\"", "span = 30", "clock.span")]
#[case("span = \"30min\"", "sapn = \"30min\"", "clock.sapn")]
#[case("rounds = 3", "rounds = 0", "follow_up.rounds")]
#[case("rounds = 3", "round = 3", "follow_up.round")]
#[case("kinds = [\"complaint\"]\nwithin", "kinds = [\"complaints\"]\nwithin", "follow_up.kinds")]
#[case("within_days = 15", "within_days = 0", "follow_up.within_days")]
#[case("within_days = 15", "within_days = \"15\"", "follow_up.within_days")]
#[case("people = [6, 12]", "people = [12, 6]", "groups.people")]
#[case("people = [6, 12]", "people = [1]", "groups.people")]
#[case("people = [6, 12]", "people = []", "groups.people")]
#[case("days = 10", "days = 0", "groups.days")]
#[case("office = \"station\"", "office = \"street\"", "levels")]
#[case("office = \"station\"", "offices = \"station\"", "levels")]
#[case("id = \"zero_check\"", "id = \"zero\"", "mechanism.id")]
#[case("source = \"某区规定第5条\"", "source = \"\"", "mechanism.source")]
#[case("source = \"某区规定第5条\"", "on = 1\nsource = \"x\"", "mechanism.on")]
fn a_fault_names_its_line_and_field(#[case] right: &str, #[case] wrong: &str, #[case] field: &str) {
    assert_eq!(TENTH.matches(right).count(), 1, "{right}");
    let text = TENTH.replace(right, wrong);
    let line = text[..text.find(wrong).unwrap()].matches('\n').count() + 1;
    let found = faults(&text);
    assert!(found.iter().any(|f| (f.line, f.field.as_str()) == (line, field)), "{line} {field}: {found:?}");
    assert!(found.iter().all(|f| f.file == "tenth.toml" && !f.said.to_string().is_empty()));
}

#[test]
fn what_is_missing_twice_or_nowhere_is_named() {
    let without = faults(&TENTH.replace("source = \"某区规定\"\n", ""));
    assert_eq!(without[0].field, "source", "{without:?}");
    let without = faults(&TENTH.replace("kind = \"office\"\n", ""));
    assert_eq!((without[0].field.as_str(), without[0].line), ("unit.kind", 29), "{without:?}");
    let twice = faults(&TENTH.replace("code = \"first\"", "code = \"centre\""));
    assert!(twice.iter().any(|f| (f.field.as_str(), f.line) == ("unit.code", 29)), "{twice:?}");
    let last_unit = faults(&TENTH.replace("kind = \"centre\"\norgan = \"bureau\"", "kind = \"centre\"\norgan = \"office\""));
    assert!(last_unit.iter().any(|f| f.field == "unit.organ" && f.line == 27), "{last_unit:?}");
    let clock = &TENTH[TENTH.find("[[clock]]").unwrap()..TENTH.find("[follow_up]").unwrap()];
    assert!(faults(&format!("{TENTH}{clock}")).iter().any(|f| f.field == "clock.id"));
    let organ = "[[organ]]\ncode = \"bureau\"\nname = \"x\"\nshort = \"x\"\ndivision = \"110101\"\n";
    assert!(faults(&format!("{TENTH}{organ}")).iter().any(|f| f.field == "organ.code"));
    // Resting on nothing, everything must be said.
    let alone = faults(&TENTH.replace("based_on = \"shandong\"\n", ""));
    assert!(alone.iter().any(|f| f.field == "numbering.classes"), "{alone:?}");
}

#[test]
fn all_faults_are_told_at_once_and_no_text_panics() {
    let text = TENTH.replace("roll = \"statutory_holiday_only\"", "roll = \"x\"").replace("span = \"30min\"", "span = \"x\"");
    assert_eq!(faults(&text).len(), 2);
    // What cannot be read at all does not hide the rest, nor is it told twice, nor what refers to it.
    let text = text.replace("market_regulator = true", "market_regulator = \"yes\"").replace("phone = \"12315\"", "telephone = \"12315\"");
    let text = text.replace("version = 3\n", "").replace("rounds = 3", "rounds = \"3\"").replace("name = \"分送\"\n", "");
    let found: Vec<_> = faults(&text).into_iter().map(|f| f.field).collect();
    let expected = ["version", "roll", "organ.market_regulator", "unit.telephone", "clock.name", "follow_up.rounds"];
    assert_eq!(found, expected, "{:?}", faults(&text));
    assert!(faults("id = \nversion = = 3\n[[clock\n").len() >= 2, "each line that is no TOML");
    for text in ["", "\u{0}", "=", "[[clock]]", "id = [", "𬭎"] {
        assert!(!faults(text).is_empty());
    }
    for (at, _) in TENTH.char_indices() {
        let _ = parse("cut.toml", &TENTH[..at], shipped);
    }
}

/// String literals of a Rust source outside comments and tests, roughly: tests follow `#[cfg(test)]`.
fn literals(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    let (mut line, mut chars) = (1, code.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            // A quoted quote is no string.
            '\'' if chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' => {
                let (start, mut text) = (line, String::new());
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => {
                            chars.next();
                        }
                        '\n' => line += 1,
                        c => text.push(c),
                    }
                }
                found.push((start, text));
            }
            _ => {}
        }
    }
    found
}

/// Modules that are compiled for tests only.
fn test_modules(source: &str) -> impl Iterator<Item = &str> {
    source.split("#[cfg(test)]\nmod ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(name, _)| name).filter(|n| !n.contains(' '))
}

#[test]
fn no_place_in_the_program() {
    const PLACES: [&str; 10] = ["金东", "金华", "山东", "海曙", "晋江", "广西", "长春", "北京", "上海", "浙江"];
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&crates).unwrap().map(|c| c.unwrap().path().join("src")).collect();
    let (mut sources, mut tests) = (Vec::new(), Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                tests.extend(test_modules(&source).map(|m| folder.join(m)));
                sources.push((path, source));
            }
        }
    }
    sources.retain(|(path, _)| !tests.iter().any(|t| path.starts_with(t) || *path == t.with_extension("rs")));
    assert!(sources.len() > 20, "the sources are where they are looked for");
    let mut found = Vec::new();
    for (path, source) in &sources {
        let named = literals(source).into_iter().filter(|(_, text)| PLACES.iter().any(|p| text.contains(p)));
        found.extend(named.map(|(line, text)| format!("{}:{line}: {text}", path.display())));
    }
    assert!(found.is_empty(), "places belong into data/packs:\n{}", found.join("\n"));
}

#[test]
fn literals_are_found_as_meant() {
    let source = "let a = \"一\\\"二\"; // \"三\"\nlet q = '\"'; let b = \"四\";\n#[cfg(test)]\nmod tests { \"五\" }";
    assert_eq!(literals(source), [(1, "一二".to_owned()), (2, "四".to_owned())]);
}

/// What a locality writes of its supervision is read and inherited; a fault names its line, field and cure.
#[test]
fn supervision_is_read_and_its_faults_are_named() {
    let head =
        "id = \"x\"\nversion = 1\nname = \"x\"\nname_en = \"x\"\nsource = \"x\"\nvalid_from = \"2026-05-01\"\nbased_on = \"national\"\n";
    let good = format!(
        "{head}[supervision]\ninspections = [\"09:00\", \"16:00\"]\ndue_soon = \"24h\"\nzero_check = \"17:30\"\ndaily_urging = true\n\
         [[supervision.step]]\nto = \"head\"\nsince = \"late\"\nafter = \"2h\"\n"
    );
    // What the localities say of themselves: two looks and three notices, urged and cleared daily, limits in hours, nothing.
    let of = |id: &str| shipped(id).unwrap().supervision;
    let (jd, hs, sd) = (of("jindong"), of("haishu"), of("shandong"));
    assert_eq!((jd.inspections.len(), jd.steps.len(), jd.daily_urging), (2, 3, false));
    assert!(hs.daily_urging && hs.zero_check.is_some() && sd.inspections.is_empty() && sd.due_soon == Span::Hours(24));
    assert_eq!(of("demo-qinghe").inspections, jd.inspections, "inherited");
    for id in ["jindong", "haishu", "shandong", "demo-qinghe"] {
        let pack = shipped(id).unwrap();
        let said: Vec<_> = pack.entries().into_iter().filter(|e| e.section == rules::pack::Section::Supervision).collect();
        assert!(said.len() > 3 && said.iter().all(|e| !e.source.is_empty()), "{said:?}");
    }
    let pack = parse("x.toml", &good, shipped).unwrap();
    let s = &pack.supervision;
    assert_eq!((s.inspections.len(), s.due_soon, s.daily_urging, s.steps.len()), (2, Span::Hours(24), true, 1));
    assert!(shipped("national").unwrap().supervision.inspections.is_empty(), "what applies everywhere inspects nothing");
    for (section, line, field) in [
        ("inspections = [\"25:00\"]", 9, "supervision.inspections"),
        ("inspections = [\"16:00\", \"09:00\"]", 9, "supervision.inspections"),
        ("due_soon = \"soon\"", 9, "supervision.due_soon"),
        ("order_spans = []", 9, "supervision.order_spans"),
        ("[[supervision.step]]\nto = \"mayor\"\nsince = \"late\"", 10, "supervision.step.to"),
        ("[[supervision.step]]\nto = \"head\"\nsince = \"soon\"\nafter = \"1h\"", 12, "supervision.step.after"),
    ] {
        let faults = parse("x.toml", &format!("{head}[supervision]\n{section}\n"), shipped).unwrap_err();
        assert!(faults.iter().any(|f| (f.line, f.field.as_str()) == (line, field)), "{section}: {faults:?}");
    }
}

#[test]
fn how_rates_are_counted_is_checked_and_shown() {
    let of = |scoring: &str| parse("tenth.toml", &format!("{TENTH}\n{scoring}"), shipped);
    let pack = of("[scoring]\nversions = { mediation = 3 }\nweights = { heard = 40, solved = 60 }\npopulation = { people = 1_200_000, source = \"某区统计公报\" }")
        .unwrap();
    assert_eq!(pack.scoring.rate("mediation").unwrap().version, 3);
    assert_eq!(pack.scoring.rate("satisfied").unwrap().version, 1, "what is not said stays as it was");
    let said: Vec<String> = pack.entries().into_iter().filter(|e| e.section == rules::pack::Section::Scoring).map(|e| e.key).collect();
    for key in ["formula:mediation", "weight:solved", "population", "exclusion:unreasonable"] {
        assert!(said.iter().any(|k| k == key), "{key} in {said:?}");
    }
    let faulty = "[scoring]\nversions = { mediation = 9, nothing = 1 }\nfew = -1\nweights = { heard = 40, luck = 50 }\npopulation = { people = 0, source = \"\" }";
    let told: Vec<String> = of(faulty).unwrap_err().iter().map(ToString::to_string).collect();
    let told = told.join("\n");
    for fault in ["`nothing = 1` is not known", "write ≥ 0", "there is no rate `luck`", "must come to 100", "write ≥ 1"] {
        assert!(told.contains(fault), "{fault}: {told}");
    }
}

#[test]
fn grades_of_dissatisfaction_name_a_clock_that_stops_at_the_correction() {
    let clock = "\n[[clock]]\nid = \"review\"\nname = \"差评整改\"\nname_en = \"Correction\"\nkinds = [\"complaint\"]\nstart = \"reviewed\"\nstop = \"corrected\"\nspan = \"3wd\"\nsource = \"x\"\n";
    let head =
        "id = \"a\"\nversion = 1\nname = \"甲\"\nname_en = \"A\"\nsource = \"x\"\nvalid_from = \"2026-01-01\"\nbased_on = \"national\"\n";
    let grade = "\n[[review.grade]]\nid = \"grave\"\nname = \"严重\"\nname_en = \"Grave\"\nresponsible = \"supervisor\"\nclock = \"review\"\nvisit = true\n";
    let base = |id: &str| shipped(id);
    let pack = rules::pack::parse("a.toml", &format!("{head}{clock}{grade}"), base).unwrap();
    let read = &pack.review.grades[0];
    assert_eq!((read.id.as_str(), read.responsible, read.visit, read.again), ("grave", rules::pack::Responsible::Supervisor, true, false));
    assert_eq!((pack.review.grades.len(), pack.review.criteria.len()), (1, 5), "a list that is given replaces the one below it");
    let faults = rules::pack::parse("a.toml", &format!("{head}{grade}"), base).unwrap_err();
    assert_eq!((faults[0].field.as_str(), faults[0].line), ("review.grade.clock", 14), "{faults:?}");
    let wrong = grade.replace("\"supervisor\"", "\"nobody\"").replace("clock = \"review\"\n", "");
    assert_eq!(rules::pack::parse("a.toml", &format!("{head}{wrong}"), base).unwrap_err()[0].field, "review.grade.responsible");
}
