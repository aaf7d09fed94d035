//! Which vectors of the law digest (V-01…V-80) a test names. The due ones must all be there; the others are listed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The vectors that must be referenced by now, as ranges.
const DUE: [(u8, u8); 7] = [(1, 40), (43, 43), (46, 51), (62, 65), (67, 71), (79, 79), (80, 80)];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|e| e.ok().map(|e| e.path())) {
        match path.extension() {
            _ if path.is_dir() => sources(&path, found),
            Some(ext) if ext == "rs" => found.push(path),
            _ => {}
        }
    }
}

/// The ids named in a line that names a test: `fn v_12_v_13_…` or `#[case::v_30(…)]`.
fn named(line: &str) -> Vec<u8> {
    let line = line.trim_start();
    let Some(rest) = ["fn ", "async fn ", "#[case::"].iter().find_map(|p| line.strip_prefix(p)) else { return Vec::new() };
    let name = rest.split('(').next().unwrap_or_default();
    let parts: Vec<&str> = name.split('_').collect();
    parts.windows(2).filter(|w| w[0] == "v" && w[1].len() == 2).filter_map(|w| w[1].parse().ok()).collect()
}

fn referenced() -> BTreeSet<u8> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for krate in std::fs::read_dir(crates).unwrap().filter_map(Result::ok) {
        sources(&krate.path().join("src"), &mut files);
        sources(&krate.path().join("tests"), &mut files);
    }
    let texts = files.iter().map(|f| std::fs::read_to_string(f).unwrap());
    texts.flat_map(|t| t.lines().flat_map(named).collect::<Vec<_>>()).collect()
}

fn list(ids: impl IntoIterator<Item = u8>) -> String {
    ids.into_iter().map(|id| format!("V-{id:02}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_due_vector_has_a_test() {
    let referenced = referenced();
    let open: Vec<u8> = (1..=80).filter(|id| !referenced.contains(id)).collect();
    println!("vectors not yet referenced: {}", list(open.iter().copied()));
    let missing: Vec<u8> = open.into_iter().filter(|id| DUE.iter().any(|(a, b)| (a..=b).contains(&id))).collect();
    assert!(missing.is_empty(), "due, but no test names {}", list(missing));
}

#[test]
fn names_are_read_as_meant() {
    assert_eq!(named("    fn v_12_v_13_the_day() {"), [12, 13]);
    assert_eq!(named("#[case::v_30(\"2026-06-23\")]"), [30]);
    assert!(named("// see v_30").is_empty() && named("fn v_3_short() {").is_empty());
}
