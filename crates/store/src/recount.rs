//! Tallies against the log: every case counted anew up to where tallies are, each cell and each entry compared (`fangxin verify --tallies`).

use crate::cases::stamp;
use crate::chain;
use crate::engine::{Error, Query, Reader, Result};
use crate::tally::{Cell, Cells, counted, read};
use crate::{args, statements};
use rules::ids::{CaseId, Id, Locality};
use rules::law::Kind;
use rules::rate::{MEASURES, Sums};
use rules::tally::{self, Measure};

statements! {
    ENTRY = "SELECT measures, recovered FROM tally_entry WHERE locality = $1 AND day = $2 AND unit = $3 AND case_id = $4";
    ENTRY_COUNT = "SELECT COUNT(*) FROM tally_entry";
    CASES = "SELECT locality, id FROM cases WHERE (locality, id) > ($1, $2) ORDER BY locality, id LIMIT $3";
    COUNTED_TO = "SELECT seq FROM log WHERE access = FALSE AND locality = $1 AND stream = $2 AND pos < $3 ORDER BY seq DESC LIMIT 1";
}

/// Cases read at a time.
const PAGE: i64 = 512;

/// A cell or an entry that is not what a recount gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Locality.
    pub locality: Locality,
    /// Which, in words: grain, period, unit, kind, channel; or day, unit, case.
    pub place: String,
    /// Column, or none for a row that is missing or too much.
    pub column: &'static str,
    /// What stands there.
    pub stands: i64,
    /// What the log gives.
    pub counted: i64,
}

/// Counts every case of the log anew, up to where tallies are, and compares each cell and each entry. Memory grows with the number of cells,
/// not with that of cases.
///
/// # Errors
/// Those of reading.
pub async fn run(db: &mut Reader, found: &mut (dyn FnMut(Difference) + Send)) -> Result<u64> {
    let upto = counted(db).await?.pos;
    let mut cells = Cells::default();
    let mut cases = 0;
    let mut entries = 0u64;
    let mut after = (Locality(i64::MIN), Id::default());
    loop {
        let page = db.all(CASES, args![after.0, after.1, PAGE]).await?;
        for r in &page {
            let (locality, id): (Locality, Id) = (r.get(0)?, r.get(1)?);
            after = (locality, id);
            // What was not sequenced and counted yet is not compared.
            let Some(last) = db.opt(COUNTED_TO, args![locality, id, upto as i64]).await? else { continue };
            let last: u32 = last.get(0)?;
            let events = read(chain::stream(db, locality, id).await?)?;
            let events = events.iter().filter(|(r, _)| r.seq <= last);
            let Some(c) = tally::contribution(events.map(|(r, f)| (stamp(r), f))) else { continue };
            cases += 1;
            for ((day, unit), entry) in &c.entries {
                cells.add(locality, &c, *day, *unit, *entry, 1);
                let stands = db.opt(ENTRY, args![locality, *day, *unit, CaseId(id)]).await?;
                let place = || format!("entry {day}, unit {unit}, case {id}");
                let mut differs = |column, stands, counted| {
                    if stands != counted {
                        found(Difference { locality, place: place(), column, stands, counted });
                    }
                };
                entries += 1;
                let (measures, recovered) = stands.map_or(Ok((0, 0)), |r| Ok::<_, Error>((r.get(0)?, r.get(1)?)))?;
                differs("measures", measures, entry.measures.0 as i64);
                differs("recovered", recovered, entry.recovered.0);
            }
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    let there: i64 = db.one(ENTRY_COUNT, &[]).await?.get(0)?;
    if there != entries as i64 {
        found(Difference {
            locality: Locality(0),
            place: "entries in all".into(),
            column: "number",
            stands: there,
            counted: entries as i64,
        });
    }
    compare(db, cells, found).await?;
    Ok(cases)
}

/// Each cell that stands against what was counted, and each that was counted but does not stand.
async fn compare(db: &mut Reader, mut cells: Cells, found: &mut (dyn FnMut(Difference) + Send)) -> Result<()> {
    for locality in crate::registry::localities(db).await?.into_iter().map(|(l, ..)| l) {
        for grain in ["day", "month"] {
            for row in db.query(&all_query(locality, grain)).await? {
                let kind = Kind::parse(&row.get::<String>(2)?).unwrap_or(Kind::Other);
                let (period, unit, channel, category) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
                let cell = Cell { locality, grain, period, unit, kind, channel, category };
                let counted = cells.0.remove(&cell).unwrap_or_default();
                let mut stands = Sums::default();
                for (i, n) in stands.entries.iter_mut().enumerate() {
                    *n = row.get(5 + i)?;
                }
                stands.recovered = row.get(5 + MEASURES)?;
                differences(&cell, &stands, &counted, found);
            }
        }
    }
    cells.0.iter().for_each(|(cell, counted)| differences(cell, &Sums::default(), counted, found));
    Ok(())
}

fn all_query(locality: Locality, grain: &'static str) -> Query {
    let mut q = Query::new("SELECT period, unit, kind, channel, category", &[]);
    for m in Measure::ALL {
        q.push(", ", &[]).push(m.code(), &[]);
    }
    q.push(", recovered FROM tally WHERE locality = ? AND grain = ?", args![locality, grain]);
    q
}

fn differences(cell: &Cell, stands: &Sums, counted: &Sums, found: &mut (dyn FnMut(Difference) + Send)) {
    let columns = Measure::ALL.iter().map(|m| m.code()).zip(stands.entries.iter().zip(&counted.entries));
    for (column, (stands, counted)) in columns.chain([("recovered", (&stands.recovered, &counted.recovered))]) {
        if stands != counted {
            let place = format!("{} {}, unit {}, {}, {}", cell.grain, cell.period, cell.unit, cell.kind.code(), cell.channel);
            found(Difference { locality: cell.locality, place, column, stands: *stands, counted: *counted });
        }
    }
}
