//! `calendar`: due dates with their proof, the notices known, and loading a new one.

use super::{Ending, Failure, Outcome, STOPPED, StoreArgs};
use crate::usecase::sweep;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::{Date, DateTime};
use rules::calendar::{Calendar, DayKind, Mark, Notice, Off, Proof, Roll, Span, parse_notice};
use rules::ids::Locality;
use rules::time::Instant;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use store::scope::{Reason, Scope};

#[derive(Debug, Subcommand)]
pub(super) enum CalendarCommand {
    /// The last day of a period: `fangxin calendar due 2025-09-26 7wd`
    Due(DueArgs),
    /// Load a State Council notice: first a preview of the cases it moves, with --yes for good
    Load(LoadArgs),
    /// The notices known, a line each: year, days off, make-up days, number
    List(ListArgs),
}

#[derive(Debug, Args)]
pub(super) struct DueArgs {
    /// Day the period starts from, not counted: 2025-09-26, or 2025-09-26T09:30 for hours; `-` reads lines `DATE SPAN` and answers
    /// line by line
    date: String,
    /// Length: 7wd working days, 60nd natural days, 3mo, 3y, 24h, 30min
    span: Option<String>,
    /// Show every day that was counted or left out, and why
    #[arg(long)]
    proof: bool,
    /// What a last natural day moves off
    #[arg(long, value_enum, default_value_t = RollArg::NonWorkday)]
    roll: RollArg,
    /// Notices to count with besides those in the program
    #[arg(long, value_name = "FILE")]
    notice: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RollArg {
    /// every day that is no working day (Order 121 Art. 45 as commonly read)
    NonWorkday,
    /// only days a notice gives as a holiday
    StatutoryHolidayOnly,
}

#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// The notice, a TOML file
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// Only for this locality; otherwise for every one
    #[arg(long, value_name = "CODE")]
    locality: Option<i64>,
    /// Load it; without, nothing is changed
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Notices to list besides those in the program
    #[arg(long, value_name = "FILE")]
    notice: Vec<PathBuf>,
}

pub(super) async fn run(command: CalendarCommand) -> Outcome {
    match command {
        CalendarCommand::Due(args) => due(&args),
        CalendarCommand::Load(args) => load(args).await,
        CalendarCommand::List(args) => list(&args),
    }
}

fn calendar(notices: &[PathBuf]) -> Result<Calendar, Failure> {
    let mut calendar = Calendar::builtin().clone();
    for path in notices {
        let bad = |e: String| Failure::usage(format!("{}: {e}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| bad(e.to_string()))?;
        let notice = parse_notice(&text).map_err(|e| bad(e.to_string()))?;
        calendar = calendar.with_notice(&notice).map_err(|e| bad(e.to_string()))?;
    }
    Ok(calendar)
}

fn due(args: &DueArgs) -> Outcome {
    let calendar = calendar(&args.notice)?;
    let roll = match args.roll {
        RollArg::NonWorkday => Roll::NonWorkday,
        RollArg::StatutoryHolidayOnly => Roll::StatutoryHolidayOnly,
    };
    let mut out = std::io::stdout().lock();
    let span = match &args.span {
        None if args.date == "-" => return due_lines(&calendar, roll, args.proof, &mut out),
        None => return Err(Failure::usage("say how long the period is, such as 7wd")),
        Some(span) => span,
    };
    match answer(&calendar, &args.date, span, roll, args.proof) {
        Ok(text) => writeln!(out, "{text}")?,
        Err(sentence) => return Err(Failure::usage(sentence)),
    }
    Ok(0)
}

/// Lines `DATE SPAN` from standard input, each answered by a line at once, so that a program can ask as it goes.
fn due_lines(calendar: &Calendar, roll: Roll, proof: bool, out: &mut impl std::io::Write) -> Outcome {
    let mut code = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let text = match words[..] {
            [] => continue,
            [date, span] => answer(calendar, date, span, roll, proof),
            _ => Err("write DATE SPAN, such as 2025-09-26 7wd".to_owned()),
        };
        let text = text.unwrap_or_else(|sentence| {
            code = 2;
            format!("error: {sentence}")
        });
        writeln!(out, "{text}")?;
        out.flush()?;
    }
    Ok(code)
}

/// The last day (for hours and minutes the moment) as text, or why there is none.
fn answer(calendar: &Calendar, date: &str, span: &str, roll: Roll, proof: bool) -> Result<String, String> {
    let start = date.parse::<DateTime>().or_else(|_| date.parse::<Date>().map(|d| d.at(0, 0, 0, 0)));
    let start = start.map_err(|_| format!("\"{}\" is no date: write it as 2025-09-26", date.chars().take(40).collect::<String>()))?;
    if !(1900..=9000).contains(&start.year()) {
        return Err(format!("the year {} is out of range", start.year()));
    }
    let span: Span = span.parse().map_err(|e: rules::calendar::SpanError| e.to_string())?;
    let start = Instant::at(start);
    let due = calendar.due(start, span, roll, &[]).map_err(|e| {
        let provisional = calendar.due_or_provisional(start, span, roll, &[]);
        format!("{e}; with weekends and statutory holidays only it would be {}, provisionally", provisional.on)
    })?;
    let clock = matches!(span, Span::Minutes(_) | Span::Hours(_));
    let day = if clock { due.at.civil().strftime("%Y-%m-%dT%H:%M").to_string() } else { due.on.to_string() };
    Ok(if proof { format!("{day}\n{}", proof_text(&calendar.proof(start, span, roll, &[]))) } else { day })
}

fn proof_text(proof: &Proof) -> String {
    let roll = match proof.roll {
        Roll::NonWorkday => "non-workday",
        Roll::StatutoryHolidayOnly => "statutory-holiday-only",
    };
    let mut lines = vec![format!("  from {} (not counted), {}, calendar {}, roll {roll}", proof.start.date(), proof.span, proof.calendar)];
    for day in &proof.days {
        let kind = match &day.kind {
            DayKind::Working => "working day".to_owned(),
            DayKind::MakeUp => "make-up working day".to_owned(),
            DayKind::Weekend => "weekend".to_owned(),
            DayKind::Holiday(name) => format!("holiday {name}"),
        };
        let mark = match day.mark {
            Mark::Counted(n) => n.to_string(),
            Mark::Skipped => "not counted".to_owned(),
            Mark::Excluded => "excluded".to_owned(),
            Mark::Corresponding => "last day".to_owned(),
            Mark::Rolled => "passed over".to_owned(),
            Mark::Moved => "due day, moved".to_owned(),
        };
        lines.push(format!("  {} {}  {mark}, {kind}", day.date, weekday(day.date)));
    }
    lines.join("\n")
}

fn weekday(date: Date) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
}

fn list(args: &ListArgs) -> Outcome {
    let calendar = calendar(&args.notice)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "calendar {}", calendar.version())?;
    for Notice { year, number, off, work, .. } in calendar.notices() {
        let days: i64 = off.iter().map(days_off).sum();
        let number = if number.is_empty() { "-" } else { number };
        writeln!(out, "{year}  {days:>3} off  {:>2} make-up  {number}", work.len())?;
    }
    Ok(0)
}

fn days_off(off: &Off) -> i64 {
    rules::time::days_of(off.through) - rules::time::days_of(off.from) + 1
}

async fn load(args: LoadArgs) -> Outcome {
    let text = std::fs::read_to_string(&args.file).map_err(|e| Failure::usage(format!("{}: {e}", args.file.display())))?;
    parse_notice(&text).map_err(|e| Failure::usage(format!("{}: {e}", args.file.display())))?;
    let mut ending = Ending::listen()?;
    let app = args.store.open_existing().await?;
    let localities = match super::locality(&app, args.locality) {
        Ok(one) => one.into_iter().collect(),
        Err(_) if args.locality.is_none() => app.localities(),
        Err(e) => return Err(e),
    };
    let work = async {
        for locality in localities {
            load_for(&app, locality, &text, args.yes).await?;
        }
        Ok(0)
    };
    let outcome = tokio::select! {
        done = work => done,
        () = ending.asked() => {
            eprintln!("stopped; run it again to go on");
            Ok(STOPPED)
        }
    };
    app.db().close().await;
    outcome
}

async fn load_for(app: &crate::app::App, locality: Locality, text: &str, yes: bool) -> Result<(), Failure> {
    let loaded = app.world(locality).is_some_and(|w| w.directory.notices.iter().any(|t| t == text));
    let failure = |e: sweep::PreviewError| match e {
        sweep::PreviewError::Bad(bad) => Failure::usage(bad.to_string()),
        sweep::PreviewError::Denied(d) => d.into(),
    };
    if loaded && !yes {
        println!("{locality}: this notice is loaded; --yes goes on where an earlier run was stopped");
        return Ok(());
    }
    if !loaded {
        let preview = sweep::preview(app, locality, text).await.map_err(failure)?;
        for m in &preview.moved {
            let provisional = if m.to.provisional { " (provisional)" } else { "" };
            let verdict = match m.met {
                Some((true, false)) => ", done in time before, late now",
                Some((false, true)) => ", done late before, in time now",
                _ => "",
            };
            println!("{locality} {} {} {} -> {}{provisional}{verdict}", m.number, m.clock, m.from.on, m.to.on);
        }
        println!("{locality}: calendar {}, {} due dates move", preview.version, preview.moved.len());
    }
    if !yes {
        println!("{locality}: nothing was changed; --yes loads it");
        return Ok(());
    }
    let scope = Scope::system(locality, Reason::Calendar);
    let progress = |done: usize, of: usize| {
        if done.is_multiple_of(200) || done == of {
            eprintln!("{locality}: {done}/{of} cases");
        }
    };
    let moved = sweep::load_notice(app, &scope, text, progress).await.map_err(failure)?;
    println!("{locality}: loaded, {moved} cases recounted");
    Ok(())
}
