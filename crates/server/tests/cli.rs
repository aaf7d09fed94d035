//! The command line as a user runs it: the built binary, its output and exit codes.

mod common;

use common::{Run, bin, start};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

fn due(args: &[&str]) -> Run {
    common::run(&[&["calendar", "due"], args].concat())
}

#[test]
fn due_dates_are_one_line() {
    assert_eq!(due(&["2025-09-26", "7wd"]).success(), "2025-10-13\n");
    assert_eq!(due(&["2025-09-26", "60nd"]).success(), "2025-11-25\n");
    assert_eq!(due(&["2026-04-15T23:10", "2h"]).success(), "2026-04-16T01:10\n");
}

#[test]
fn a_proof_shows_every_day() {
    let out = due(&["2025-09-26", "7wd", "--proof"]).success();
    let counted = out.lines().filter(|l| l.contains("working day")).count();
    assert!(out.starts_with("2025-10-13\n") && counted == 7, "{out}");
    assert!(out.contains("2025-09-28 Sun  1, make-up working day") && out.contains("2025-10-06 Mon  not counted, holiday 中秋节"), "{out}");
}

#[test]
fn without_a_notice_it_says_so_and_fails() {
    let run = due(&["2026-12-28", "7wd"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("no State Council notice for 2027") && run.stderr.contains("provisionally"), "{}", run.stderr);
}

#[test]
fn lines_are_answered_line_by_line() {
    let mut child = bin(&["calendar", "due", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut ask = |line: &str| {
        stdin.write_all(line.as_bytes()).unwrap();
        let (mut answer, mut byte) = (Vec::new(), [0]);
        while stdout.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
            answer.push(byte[0]);
        }
        String::from_utf8(answer).unwrap()
    };
    // Each answer is there before the next question is asked.
    assert_eq!(ask("2025-09-26 7wd\n"), "2025-10-13");
    assert!(ask("2026-12-28 7wd\n").contains("no State Council notice for 2027"));
    assert!(ask("tomorrow 7wd\n").starts_with("error: \"tomorrow\" is no date"));
    assert!(ask("2025-09-26\n").starts_with("error: write DATE SPAN"));
    assert_eq!(ask("2026-02-13 1wd\n"), "2026-02-14");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2), "a line without an answer shows in the exit code");
}

#[test]
fn wrong_arguments_are_told() {
    for args in [&["2025-02-30", "7wd"][..], &["2025-09-26", "7"], &["2025-09-26"], &["2025-09-26", "7wd", "--notice", "none.toml"]] {
        let run = due(args);
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(!run.stderr.is_empty() && run.stdout.is_empty());
    }
    assert_eq!(common::run(&["nonsense"]).code, Some(2));
    assert!(common::run(&["--help"]).success().contains("Exit codes:"));
    assert_eq!(common::run(&["--version"]).success(), format!("fangxin {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_notices_are_listed() {
    let out = common::run(&["calendar", "list"]).success();
    assert!(out.starts_with("calendar cn-2026\n2004 ") && out.lines().last().unwrap().starts_with("2026 "), "{out}");
}

#[test]
fn packs_are_checked_shown_and_compared() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/packs");
    let whole = common::run(&["pack", "check", shipped]).success();
    assert!(whole.lines().count() >= 12 && whole.lines().all(|l| l.ends_with(": whole")), "{whole}");

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine.toml");
    let text = "id = \"mine\"\nversion = 1\nname = \"某区\"\nname_en = \"x\"\nsource = \"x\"\nvalid_from = \"2026-06-01\"\nbased_on = \"haishu\"\n\
                [[clock]]\nid = \"first-answer\"\nname = \"x\"\nname_en = \"x\"\nkinds = [\"complaint\"]\nstart = \"sent\"\nstop = \"contacted\"\nspan = \"1h\"\nsource = \"x\"\n";
    let wrong = text.replace("start = \"sent\"", "start = \"letter\"").replace("\"1h\"", "\"an hour\"").replace("version", "versoin");
    std::fs::write(&path, wrong).unwrap();
    let file = path.to_str().unwrap();
    let run = common::run(&["pack", "check", file]);
    assert_eq!(run.code, Some(1));
    for place in [":1: version", ":2: versoin", ":13: clock.start", ":15: clock.span"] {
        assert!(run.stdout.contains(place), "{place}: {}", run.stdout);
    }
    let json = common::run(&["pack", "check", "--json", file]);
    let told: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, told["faults"].as_array().unwrap().len()), (Some(1), 4), "{told}");
    assert_eq!(common::run(&["pack", "check", "no-such-file.toml"]).code, Some(2));

    std::fs::write(&path, text).unwrap();
    common::run(&["pack", "check", file]).success();
    assert!(common::run(&["pack", "show", file]).success().contains("clocks.first-answer: 1h from sent to contacted (complaint)"));
    let diff = common::run(&["pack", "diff", file, "haishu"]).success();
    assert_eq!(diff.lines().count(), 1, "{diff}");
    assert!(diff.contains("clocks.first-answer: 30min") && diff.contains("-> 1h"), "{diff}");
}

#[test]
fn a_pack_is_loaded_after_it_was_said_what_it_moves() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let span = ["--from", "2026-11-02", "--to", "2026-11-06"];
    common::run(&[&["simulate", "--pack", "demo-qinghe", "--cases", "12", "--data", data], &span[..]].concat()).success();
    let file = dir.path().join("next.toml");
    let text = "id = \"next\"\nversion = 1\nname = \"某县\"\nname_en = \"x\"\nsource = \"x\"\nvalid_from = \"2026-06-01\"\nbased_on = \"demo-qinghe\"\n\
                [[clock]]\nid = \"dispatch\"\nname = \"流转\"\nname_en = \"x\"\nkinds = [\"complaint\", \"report\", \"consultation\", \"other\"]\n\
                start = \"organ\"\nstop = \"sent\"\nspan = \"9wd\"\nsource = \"x\"\n";
    std::fs::write(&file, text).unwrap();
    let load = |more: &[&str]| common::run(&[&["pack", "load", file.to_str().unwrap(), "--data", data], more].concat());
    let head = || common::run(&["verify", "--data", data]).success();

    let before = head();
    let said = load(&[]).success();
    assert!(said.contains("nothing was changed; --yes makes it the version from"), "{said}");
    assert!(said.contains("due dates would move"), "{said}");
    assert_eq!(load(&["--dry-run"]).success(), said);
    assert_eq!(head(), before, "a preview leaves the store as it was");
    assert_ne!(load(&["--yes", "--from", "2020-01-01"]).code, Some(0), "the past is not counted anew");
    std::fs::write(&file, text.replace("9wd", "nine")).unwrap();
    let bad = load(&["--yes"]);
    assert!(bad.code == Some(2) && bad.stderr.contains("next.toml:15: clock.span"), "{}", bad.stderr);
    assert_eq!(head(), before);

    std::fs::write(&file, text).unwrap();
    let done = load(&["--yes", "--open", "recount"]).success();
    assert!(done.contains("next version 1 holds from") && done.contains("recounted by the running server"), "{done}");
    assert_ne!(head(), before);
}

/// Labelled letters and addresses of one's own are measured; a file that is another says so.
#[test]
fn reading_is_measured_on_labelled_files() {
    let dir = tempfile::tempdir().unwrap();
    let (letters, addresses) = (dir.path().join("letters.csv"), dir.path().join("addresses.csv"));
    let mut text = "\u{feff}title,detail,department,fold\n".to_owned();
    for n in 0..24 {
        let (title, detail, class) = match n % 2 {
            0 => ("健身卡退费", "健身房关门，会员卡余额不退", "消费"),
            _ => ("路灯不亮", "小区门口道路的路灯坏了，晚上很黑", "城建"),
        };
        text += &format!("{title}{n},\"{detail}，第{n}次反映\",{class},{}\n", n % 3);
    }
    std::fs::write(&letters, &text).unwrap();
    let eval = |args: &[&str]| common::run(&[&["triage", "eval"], args].concat());
    let last = |out: &str| serde_json::from_str::<serde_json::Value>(out.lines().last().unwrap()).unwrap();
    let file = letters.to_str().unwrap();
    for fields in ["title", "title+detail"] {
        let said = eval(&["--letters", file, "--fields", fields, "--json"]).success();
        assert_eq!((last(&said)["letters"].as_u64(), last(&said)["macro_f1"].as_f64()), (Some(24), Some(1.0)), "{said}");
        assert!(said.contains("fold 2: 8 letters"), "{said}");
    }
    assert_eq!(
        eval(&["--letters", file, "--test", file, "--json"]).success(),
        eval(&["--letters", file, "--test", file, "--json"]).success()
    );

    std::fs::write(&addresses, "text,prov_code,city_code,district_code\n浙江省宁波市海曙区解放南路1号,33,3302,330203\n金华市义乌市稠城街道,33,3307,330782\n某路8号,,,\n").unwrap();
    let said = eval(&["--addresses", addresses.to_str().unwrap(), "--json"]).success();
    let figures = last(&said);
    assert_eq!([&figures["province"], &figures["city"], &figures["county"]].map(serde_json::Value::as_f64), [Some(1.0); 3], "{said}");
    assert_eq!(figures["false_county"].as_f64(), Some(0.0));

    let wrong = eval(&["--letters", addresses.to_str().unwrap()]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("there is no column `title`"), "{}", wrong.stderr);
    assert_eq!(eval(&["--letters", "no-such.csv"]).code, Some(2));
    assert_eq!(eval(&[]).code, Some(2));
}

#[test]
fn an_empty_store_gives_a_link_and_stops_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut server = start(&["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    let address = server.line().trim().strip_prefix("listening on http://").unwrap().to_owned();
    let link = server.stderr_until("/setup/");
    let token = link.split("/setup/").nth(1).unwrap().trim();
    assert!(link.contains(&address) && token.len() == 64, "{link}");
    let mut http = TcpStream::connect(&address).unwrap();
    http.write_all(b"GET /no-such-page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    http.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(server.rest(), "", "one line and no more");
    assert_eq!(common::run(&["verify", "--data", data.to_str().unwrap()]).code, Some(0));
}

#[test]
fn behind_a_proxy_the_first_link_leads_to_the_name_people_type() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let bad = common::run(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--origin", "xf.example.gov.cn"]);
    assert!(bad.code == Some(2) && bad.stderr.contains("https://xf.example.gov.cn"), "{}", bad.stderr);
    let more = ["--origin", "https://xf.example.gov.cn", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "::1"];
    let mut server = start(&[&["serve", "--data", data, "--listen", "127.0.0.1:0"], &more[..]].concat());
    let address = server.line().trim().strip_prefix("listening on http://").unwrap().to_owned();
    assert!(server.stderr_until("/setup/").contains(" https://xf.example.gov.cn/setup/"));
    let mut http = TcpStream::connect(&address).unwrap();
    http.write_all(b"GET /prefs?large=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    http.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("set-cookie: __Host-large=1;") && answer.contains("strict-transport-security: "), "{answer}");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let run = common::run(&["serve", "--data", dir.path().to_str().unwrap(), "--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("cannot listen on") && run.stderr.contains("--listen"), "{}", run.stderr);
}

#[test]
fn what_is_not_there_is_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let none = dir.path().join("none");
    for args in [&["verify"][..], &["calendar", "load", "none.toml"]] {
        let run = common::run(&[args, &["--data", none.to_str().unwrap()]].concat());
        assert_eq!(run.code, Some(2), "{}", run.stderr);
    }
    assert!(!none.exists());
}

/// The demonstration once: made, whole, kept; a notice moves what reaches into the next year; one changed byte is found.
#[test]
fn the_demonstration_is_made_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    let data = data.to_str().unwrap();
    let listen = ["--data", data, "--listen", "127.0.0.1:0", "--cases", "300"];
    // Interrupted in the middle of the making, it leaves nothing that looks like a demonstration.
    let mut first = start(&[&["demo"], &listen[..]].concat());
    first.stderr_done(250);
    first.kill9();
    assert!(!std::path::Path::new(data).exists());

    let mut server = start(&[&["demo"], &listen[..]].concat());
    let welcome = server.until("listening on");
    for word in ["qh-clerk", "ys-clerk", "qh-audit", "system_admin", "fangxin-demo", "/track"] {
        assert!(welcome.contains(word), "{word}: {welcome}");
    }
    assert_eq!(server.terminate(), Some(0));
    let verified = common::run(&["verify", "--data", data]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
    let cases: u32 = verified.stdout.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(cases >= 120, "{}", verified.stdout);

    let mut again = start(&[&["demo"], &listen[..]].concat());
    let welcomed = again.until("listening on");
    assert!(!again.stderr().contains("making"), "kept");
    let sign_ins = |w: &str| w.lines().filter(|l| l.contains("-clerk")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(sign_ins(&welcomed), sign_ins(&welcome));
    assert_eq!(again.terminate(), Some(0));

    let notice = dir.path().join("2027.toml");
    std::fs::write(&notice, NOTICE_2027).unwrap();
    let load = |more: &[&str]| {
        common::run(&[&["calendar", "load", notice.to_str().unwrap(), "--data", data, "--locality", "990101"], more].concat())
    };
    let preview = load(&[]).success();
    assert!(preview.ends_with("nothing was changed; --yes loads it\n"), "{preview}");
    let moves = preview.lines().filter(|l| l.contains(" -> ")).count();
    let loaded = load(&["--yes"]).success();
    assert!(loaded.lines().last().unwrap().starts_with("990101: loaded, "), "{loaded}");
    assert!(moves > 0 || loaded.contains("loaded, 0 cases"), "the days of the notice may be over: {preview}");
    assert!(load(&["--yes"]).success().ends_with("loaded, 0 cases recounted\n"), "what has moved does not move again");
    assert!(load(&[]).success().contains("this notice is loaded"));
    assert_eq!(common::run(&["verify", "--data", data]).code, Some(0));

    change_an_event(&std::path::Path::new(data).join("fangxin.db"));
    let damaged = common::run(&["verify", "--data", data]);
    assert_eq!(damaged.code, Some(1));
    assert!(damaged.stdout.contains("body in 990101 of stream") && damaged.stdout.contains("DAMAGED"), "{}", damaged.stdout);
}

/// Changes one letter of one stored event behind the program's back.
fn change_an_event(db: &std::path::Path) {
    let mut bytes = std::fs::read(db).unwrap();
    let begins = b"{\"t\":\"MediationStarted\",\"mode\":\"in_person\"";
    let at = bytes.windows(begins.len()).position(|w| w == begins).expect("somebody mediated in person");
    bytes[at + begins.len() - 2] = b'm';
    std::fs::write(db, bytes).unwrap();
}

const NOTICE_2027: &str = r#"year = 2027
number = "国办发明电〔2026〕7号"
issued = 2026-11-04
off = [
  { from = 2027-01-01, through = 2027-01-03, name = "元旦" },
  { from = 2027-02-05, through = 2027-02-11, name = "春节" },
  { from = 2027-04-03, through = 2027-04-05, name = "清明节" },
  { from = 2027-05-01, through = 2027-05-05, name = "劳动节" },
  { date = 2027-06-09, name = "端午节" },
  { date = 2027-09-15, name = "中秋节" },
  { from = 2027-10-01, through = 2027-10-07, name = "国庆节" },
]
work = [2027-01-23]
"#;
