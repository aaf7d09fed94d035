//! The leniency list (首违不罚、轻微免罚, JD4): what a finding is held against when a report is not filed for a penalty case on such a
//! ground. The two lines of the law itself are here; what a locality has published beside them is data of its pack. A finding meets a
//! line only with all of its conditions.

use crate::law::NotFiling;
use crate::pack::Pack;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Stable id, unique in the list.
    pub id: String,
    /// Which ground it is a line of; one that [`NotFiling::is_leniency`].
    pub ground: NotFiling,
    /// The matter, as the list words it.
    pub matter: String,
    /// What must hold, each of it.
    pub conditions: Vec<String>,
    /// On what law or list.
    pub basis: String,
    /// Where that is published.
    pub source: String,
}

/// Why a finding cannot claim a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// There is no such line.
    NoLine,
    /// The line is of the other ground.
    OtherGround,
    /// Not every condition holds.
    Condition,
}

/// The list that holds in a locality: the law's own lines, then those of its pack.
#[must_use]
pub fn lines(pack: &Pack) -> Vec<Line> {
    let of_law = |id: &str, ground, matter: &str, conditions: &[&str]| Line {
        id: id.to_owned(),
        ground,
        matter: matter.to_owned(),
        conditions: conditions.iter().map(|c| (*c).to_owned()).collect(),
        basis: "《中华人民共和国行政处罚法》第三十三条".to_owned(),
        source: "《市场监督管理行政处罚程序规定》第二十条".to_owned(),
    };
    let law = [
        of_law(
            "law-minor",
            NotFiling::Minor,
            "违法行为轻微并及时改正，没有造成危害后果",
            &["违法行为轻微", "已及时改正", "没有造成危害后果"],
        ),
        of_law("law-first", NotFiling::FirstOffence, "初次违法且危害后果轻微并及时改正", &["初次违法", "危害后果轻微", "已及时改正"]),
    ];
    law.into_iter().chain(pack.leniency.iter().cloned()).collect()
}

/// The line a finding rests on, if it meets it: `met` are the conditions that hold, by their place.
///
/// # Errors
/// [`Unmet`]
pub fn claim<'a>(lines: &'a [Line], id: &str, ground: NotFiling, met: &[usize]) -> Result<&'a Line, Unmet> {
    let line = lines.iter().find(|l| l.id == id).ok_or(Unmet::NoLine)?;
    if line.ground != ground {
        return Err(Unmet::OtherGround);
    }
    if (0..line.conditions.len()).all(|n| met.contains(&n)) { Ok(line) } else { Err(Unmet::Condition) }
}

impl Line {
    /// As the decision names it.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}：{}", self.basis, self.matter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn list() -> Vec<Line> {
        let national = include_str!("../../../data/packs/national.toml");
        lines(&crate::pack::parse("national.toml", national, |_| None).unwrap())
    }

    #[rstest]
    #[case("law-minor", NotFiling::Minor, &[0, 1, 2], None)]
    #[case("law-minor", NotFiling::Minor, &[2, 0, 1, 1], None)]
    #[case("law-minor", NotFiling::Minor, &[0, 1], Some(Unmet::Condition))]
    #[case("law-minor", NotFiling::Minor, &[], Some(Unmet::Condition))]
    #[case("law-minor", NotFiling::Minor, &[0, 1, 7], Some(Unmet::Condition))]
    #[case("law-minor", NotFiling::FirstOffence, &[0, 1, 2], Some(Unmet::OtherGround))]
    #[case("law-first", NotFiling::FirstOffence, &[0, 1, 2], None)]
    #[case("第3项", NotFiling::FirstOffence, &[0, 1, 2], Some(Unmet::NoLine))]
    #[case("", NotFiling::Minor, &[], Some(Unmet::NoLine))]
    fn a_finding_claims_a_line_only_with_all_of_its_conditions(
        #[case] id: &str,
        #[case] ground: NotFiling,
        #[case] met: &[usize],
        #[case] why_not: Option<Unmet>,
    ) {
        assert_eq!(claim(&list(), id, ground, met).err(), why_not);
    }

    #[test]
    fn every_line_is_of_a_leniency_ground_and_can_be_written_down() {
        for line in list() {
            assert!(line.ground.is_leniency() && !line.conditions.is_empty());
            assert!(line.written().chars().count() <= 200, "{}", line.id);
        }
    }
}
