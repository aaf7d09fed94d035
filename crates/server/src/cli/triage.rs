//! `triage eval`: how good reading is, measured on labelled data of one's own. The last line with `--json` is one object.

use super::{Failure, Outcome};
use clap::{Args, Subcommand, ValueEnum};
use rules::classify::{self, Settings};
use rules::place::{Division, Gazetteer, Ground, Level};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum TriageCommand {
    /// Measure on labelled letters or addresses
    Eval(EvalArgs),
}

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Letters with their class: columns title, detail, segmented, department, fold
    #[arg(long, value_name = "FILE", required_unless_present = "addresses", conflicts_with = "addresses")]
    letters: Option<PathBuf>,
    /// Other letters to measure on, after training on all of --letters
    #[arg(long, value_name = "FILE", requires = "letters")]
    test: Option<PathBuf>,
    /// What of a letter is read
    #[arg(long, value_enum, default_value_t = FieldsArg::Both)]
    fields: FieldsArg,
    /// Addresses with their divisions: columns text, prov_code, city_code, district_code
    #[arg(long, value_name = "FILE")]
    addresses: Option<PathBuf>,
    /// The figures as one object on the last line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FieldsArg {
    /// the title
    Title,
    /// title and text
    #[value(name = "title+detail")]
    Both,
}

pub(super) fn run(command: TriageCommand) -> Outcome {
    let TriageCommand::Eval(args) = command;
    let figures = match (&args.letters, &args.addresses) {
        (Some(letters), _) => eval_letters(letters, args.test.as_deref(), args.fields)?,
        (None, Some(file)) => eval_addresses(file)?,
        (None, None) => return Err(Failure::usage("name a file with --letters or --addresses")),
    };
    if args.json {
        writeln!(std::io::stdout(), "{figures}")?;
    }
    Ok(0)
}

struct Letter {
    fields: Vec<String>,
    class: String,
    fold: String,
}

fn table(file: &Path) -> Result<(csv::StringRecord, Vec<csv::StringRecord>), Failure> {
    let bad = |e: csv::Error| Failure::usage(format!("{}: {e}", file.display()));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).map_err(bad)?;
    let head = reader.headers().map_err(bad)?.clone();
    let rows = reader.records().collect::<Result<_, _>>().map_err(bad)?;
    Ok((head, rows))
}

/// The place of a column; a file without it is the wrong file.
fn column(file: &Path, head: &csv::StringRecord, name: &str) -> Result<usize, Failure> {
    let found = head.iter().position(|h| h.trim_start_matches('\u{feff}') == name);
    found.ok_or_else(|| Failure::usage(format!("{}: there is no column `{name}`", file.display())))
}

fn letters(file: &Path, fields: FieldsArg) -> Result<Vec<Letter>, Failure> {
    let (head, rows) = table(file)?;
    let at = |name| column(file, &head, name);
    let (title, class) = (at("title")?, at("department")?);
    let (detail, segmented, fold) = (at("detail").ok(), at("segmented").ok(), at("fold").ok());
    let get = |row: &csv::StringRecord, i: Option<usize>| i.and_then(|i| row.get(i)).unwrap_or_default().to_owned();
    Ok(rows
        .iter()
        .map(|row| {
            let mut read = vec![get(row, Some(title))];
            if fields == FieldsArg::Both {
                let body = get(row, detail);
                read.push(if body.trim().is_empty() { get(row, segmented) } else { body });
            }
            Letter { fields: read, class: get(row, Some(class)), fold: get(row, fold) }
        })
        .filter(|l| !l.class.is_empty())
        .collect())
}

fn eval_letters(file: &Path, test: Option<&Path>, fields: FieldsArg) -> Result<serde_json::Value, Failure> {
    let known = letters(file, fields)?;
    let mut answered: Vec<(String, String, f64)> = Vec::new();
    let mut out = std::io::stdout().lock();
    if let Some(test) = test {
        ask(&known.iter().collect::<Vec<_>>(), &letters(test, fields)?.iter().collect::<Vec<_>>(), &mut answered)?;
    } else {
        let folds: BTreeSet<&str> = known.iter().map(|l| l.fold.as_str()).collect();
        if folds.len() < 2 {
            return Err(Failure::usage(format!("{}: the column `fold` must tell at least two parts, or name --test", file.display())));
        }
        for fold in folds {
            let (rest, part): (Vec<&Letter>, Vec<&Letter>) = known.iter().partition(|l| l.fold != fold);
            let before = answered.len();
            ask(&rest, &part, &mut answered)?;
            let here = classify::scores(answered[before..].iter().map(|(r, a, _)| (r.as_str(), a.as_str())));
            writeln!(out, "fold {fold}: {} letters, macro-F1 {:.4}", part.len(), here.macro_f1)?;
        }
    }
    let found = classify::scores(answered.iter().map(|(r, a, _)| (r.as_str(), a.as_str())));
    for (class, (precision, recall, f1, n)) in &found.classes {
        writeln!(out, "{class}: {n} letters, precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}")?;
    }
    let sure: Vec<(f64, bool)> = answered.iter().map(|(r, a, p)| (*p, r == a)).collect();
    for precision in [0.90, 0.95, 0.97, 0.98, 0.99, 0.995] {
        let (coverage, least) = classify::coverage_at(precision, &sure);
        writeln!(out, "at precision {precision:.3}: {:.1} % answered, from probability {least:.3}", coverage * 100.0)?;
    }
    let (coverage, _) = classify::coverage_at(0.99, &sure);
    writeln!(out, "macro-F1 {:.4}, weighted {:.4}", found.macro_f1, found.weighted_f1)?;
    Ok(json!({ "letters": answered.len(), "macro_f1": found.macro_f1, "weighted_f1": found.weighted_f1, "coverage_at_99": coverage }))
}

/// Trains on some letters and asks about others; notes what was right, what was answered, and how sure.
fn ask(known: &[&Letter], asked: &[&Letter], answered: &mut Vec<(String, String, f64)>) -> Result<(), Failure> {
    let examples: Vec<(Vec<&str>, &str)> =
        known.iter().map(|l| (l.fields.iter().map(String::as_str).collect(), l.class.as_str())).collect();
    let model = classify::train(&examples, Settings::default()).map_err(|e| Failure::usage(e.to_string()))?;
    for letter in asked {
        let fields: Vec<&str> = letter.fields.iter().map(String::as_str).collect();
        if let Some((class, probability)) = model.ask(&fields).ranked.into_iter().next() {
            answered.push((letter.class.clone(), class, probability));
        }
    }
    Ok(())
}

fn eval_addresses(file: &Path) -> Result<serde_json::Value, Failure> {
    let (head, rows) = table(file)?;
    let at = |name| column(file, &head, name);
    let (text, labels) = (at("text")?, [at("prov_code")?, at("city_code")?, at("district_code")?]);
    let gazetteer = Gazetteer::standard();
    let mut out = std::io::stdout().lock();
    let (mut asked, mut right) = ([0_u32; 3], [0_u32; 3]);
    let (mut unlabelled, mut unjustified) = (0_u32, 0_u32);
    let mut grounds: BTreeMap<Ground, u32> = BTreeMap::new();
    for row in &rows {
        let place = gazetteer.locate(row.get(text).unwrap_or_default(), None);
        let levels = [Level::Province, Level::City, Level::County];
        for (i, level) in levels.into_iter().enumerate() {
            let Some(label) = row.get(labels[i]).and_then(Division::parse) else { continue };
            asked[i] += 1;
            right[i] += u32::from(place.as_ref().and_then(|p| p.division.at(level)) == Some(label));
        }
        if row.get(labels[2]).is_none_or(|l| l.trim().is_empty()) {
            unlabelled += 1;
            if let Some(place) = place.filter(|p| p.division.at(Level::County).is_some()) {
                *grounds.entry(place.ground).or_default() += 1;
                // A short name alone may be a shop's or a road's: not justified by the text as it stands.
                unjustified += u32::from(place.ground == Ground::Short);
                let said: String = row.get(text).unwrap_or_default().chars().skip(place.span.start).take(place.span.len()).collect();
                writeln!(
                    out,
                    "{:?}\t{said}\t{}\t{}",
                    place.ground,
                    gazetteer.full_name(place.division),
                    row.get(text).unwrap_or_default()
                )?;
            }
        }
    }
    let share = |n: u32, of: u32| if of == 0 { 0.0 } else { f64::from(n) / f64::from(of) };
    let [province, city, county] = [0, 1, 2].map(|i| share(right[i], asked[i]));
    for (i, name) in ["province", "city", "county"].into_iter().enumerate() {
        writeln!(out, "{name}: {} of {}, {:.4}", right[i], asked[i], share(right[i], asked[i]))?;
    }
    let named: u32 = grounds.values().sum();
    writeln!(
        out,
        "no county in the label: {unlabelled}; a county read in {named}, by ground {grounds:?}; not justified by the text {unjustified}"
    )?;
    let false_county = share(unjustified, unlabelled);
    Ok(json!({ "addresses": rows.len(), "province": province, "city": city, "county": county, "false_county": false_county }))
}
