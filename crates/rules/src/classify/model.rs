//! Training, asking, and the model as a file.

use super::features::{Piece, pieces};
use super::separate::{Row, separate};
use std::collections::{BTreeSet, HashMap};

/// Fields a text may have.
pub const FIELDS: usize = 2;
/// Parts the examples are cut into to learn the probabilities.
const PARTS: usize = 4;
/// Pieces a reason names.
const REASONS: usize = 6;

/// What is chosen before training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What an example on the wrong side costs.
    pub cost: f64,
    /// How much each field counts against the others.
    pub fields: [f64; FIELDS],
    /// Documents a piece must occur in to be looked at.
    pub least_documents: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { cost: 0.5, fields: [1.0, 1.0], least_documents: 2 }
    }
}

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    settings: Settings,
    classes: Vec<String>,
    index: HashMap<Piece, u32>,
    /// By class: what a piece counts before its field is brought to unit length.
    ratios: Vec<Vec<f32>>,
    /// By class: the plane.
    planes: Vec<(Vec<f32>, f32)>,
    /// By class: slope and shift from margin to log-odds.
    calibration: Vec<(f64, f64)>,
}

/// A piece of text that spoke for the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The piece, folded.
    pub text: String,
    /// Field it stands in.
    pub field: usize,
    /// What it added to the margin.
    pub weight: f64,
}

/// What the model says of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Classes with their probabilities, the likeliest first.
    pub ranked: Vec<(String, f64)>,
    /// What spoke most for the first.
    pub reasons: Vec<Reason>,
}

/// Why a file is no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Too few examples or classes.
    #[error("a model needs at least two classes with {PARTS} examples each")]
    TooLittle,
    /// Not a model file, or one of another version.
    #[error("this is no model this version can read")]
    Unreadable,
}

/// Trains on texts, each a list of fields with its class. The same examples in the same order always give the same model.
///
/// # Errors
/// [`ModelError::TooLittle`].
pub fn train(examples: &[(Vec<&str>, &str)], settings: Settings) -> Result<Model, ModelError> {
    let classes: Vec<String> = examples.iter().map(|(_, class)| (*class).to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
    let labels: Vec<usize> = examples.iter().map(|(_, class)| classes.iter().position(|c| c == class).unwrap_or_default()).collect();
    let enough = |class| labels.iter().filter(|l| **l == class).count() >= PARTS;
    if classes.len() < 2 || !(0..classes.len()).all(enough) {
        return Err(ModelError::TooLittle);
    }
    let counted: Vec<HashMap<Piece, u32>> = examples.iter().map(|(fields, _)| pieces(fields)).collect();
    let all: Vec<usize> = (0..examples.len()).collect();
    let calibration = calibrate(&counted, &labels, &classes, settings);
    let mut model = fit(&counted, &labels, &all, classes, settings);
    model.calibration = calibration;
    Ok(model)
}

/// The planes for the examples `chosen`, not yet calibrated.
fn fit(counted: &[HashMap<Piece, u32>], labels: &[usize], chosen: &[usize], classes: Vec<String>, settings: Settings) -> Model {
    let mut documents: HashMap<Piece, Vec<u32>> = HashMap::new();
    for &i in chosen {
        for piece in counted[i].keys() {
            documents.entry(*piece).or_insert_with(|| vec![0; classes.len()])[labels[i]] += 1;
        }
    }
    documents.retain(|_, by_class| by_class.iter().sum::<u32>() >= settings.least_documents);
    let mut known: Vec<(Piece, Vec<u32>)> = documents.into_iter().collect();
    known.sort_unstable();
    let index = known.iter().enumerate().map(|(i, (piece, _))| (*piece, i as u32)).collect();
    let ratios = (0..classes.len()).map(|class| ratios(&known, class)).collect();
    let mut model = Model { settings, classes, index, ratios, planes: Vec::new(), calibration: Vec::new() };
    for class in 0..model.classes.len() {
        let rows: Vec<Row> = chosen.iter().map(|&i| model.row(&counted[i], class)).collect();
        let ours: Vec<bool> = chosen.iter().map(|&i| labels[i] == class).collect();
        let (weights, bias) = separate(&rows, &ours, known.len(), settings.cost);
        model.planes.push((weights.into_iter().map(|w| w as f32).collect(), bias as f32));
    }
    model
}

/// How differently a piece is spread over documents of `class` and of the others: |ln ((p/‖p‖) / (q/‖q‖))|, one half added to each count.
fn ratios(known: &[(Piece, Vec<u32>)], class: usize) -> Vec<f32> {
    let split = |by_class: &[u32]| {
        let ours = f64::from(by_class[class]);
        (ours + 0.5, by_class.iter().map(|n| f64::from(*n)).sum::<f64>() - ours + 0.5)
    };
    let (ours, others) = known.iter().map(|(_, n)| split(n)).fold((0.0, 0.0), |(a, b), (p, q)| (a + p, b + q));
    known.iter().map(|(_, n)| split(n)).map(|(p, q)| ((p / ours) / (q / others)).ln().abs() as f32).collect()
}

/// Slope and shift of each class, from margins of examples the planes have not seen.
fn calibrate(counted: &[HashMap<Piece, u32>], labels: &[usize], classes: &[String], settings: Settings) -> Vec<(f64, f64)> {
    let mut margins: Vec<Vec<f64>> = vec![Vec::new(); labels.len()];
    for part in 0..PARTS {
        let (seen, unseen): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|i| i % PARTS != part);
        let model = fit(counted, labels, &seen, classes.to_vec(), settings);
        for i in unseen {
            margins[i] = model.margins(&counted[i]);
        }
    }
    (0..classes.len())
        .map(|class| {
            let points: Vec<(f64, bool)> = margins.iter().zip(labels).map(|(m, l)| (m[class], *l == class)).collect();
            sigmoid(&points)
        })
        .collect()
}

/// The slope and shift under which the points are likeliest (Platt 1999, with the smoothed targets; Newton's method of Lin, Lin & Weng 2007).
fn sigmoid(points: &[(f64, bool)]) -> (f64, f64) {
    let positive = points.iter().filter(|p| p.1).count() as f64;
    let negative = points.len() as f64 - positive;
    let target = |hit: bool| if hit { (positive + 1.0) / (positive + 2.0) } else { 1.0 / (negative + 2.0) };
    let loss = |a: f64, b: f64| -> f64 {
        points
            .iter()
            .map(|&(m, hit)| {
                let z = a * m + b;
                softplus(z) - target(hit) * z
            })
            .sum()
    };
    let (mut a, mut b) = (1.0, ((positive + 1.0) / (negative + 1.0)).ln());
    for _ in 0..50 {
        let (mut haa, mut hab, mut hbb, mut ga, mut gb) = (1e-9, 0.0, 1e-9, 0.0, 0.0);
        for &(m, hit) in points {
            let p = 1.0 / (1.0 + (-(a * m + b)).exp());
            let (d, w) = (p - target(hit), p * (1.0 - p));
            ga += d * m;
            gb += d;
            haa += w * m * m;
            hab += w * m;
            hbb += w;
        }
        let determinant = haa * hbb - hab * hab;
        let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        let (before, mut step) = (loss(a, b), 1.0);
        while step > 1e-6 && loss(a - step * da, b - step * db) > before {
            step /= 2.0;
        }
        (a, b) = (a - step * da, b - step * db);
        if (ga * ga + gb * gb).sqrt() < 1e-6 {
            break;
        }
    }
    (a, b)
}

/// ln(1 + eᶻ) without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

impl Model {
    /// Its classes, in order of their names.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The features of a text as one class sees them: 1 + ln(count), times the ratio, each field at its length.
    fn row(&self, counted: &HashMap<Piece, u32>, class: usize) -> Row {
        let ratios = &self.ratios[class];
        let mut row: Vec<(u32, usize, f64)> = counted
            .iter()
            .filter_map(|(piece, n)| {
                let i = *self.index.get(piece)?;
                Some((i, piece.field(), (1.0 + f64::from(*n).ln()) * f64::from(ratios[i as usize])))
            })
            .collect();
        row.sort_unstable_by_key(|(i, ..)| *i); // sums in one order, so that the same text always gives the same number
        let mut squares = [0.0; FIELDS];
        for (_, field, value) in &row {
            squares[*field] += value * value;
        }
        let scale: [f64; FIELDS] =
            std::array::from_fn(|f| if squares[f] == 0.0 { 0.0 } else { self.settings.fields[f] / squares[f].sqrt() });
        row.into_iter().map(|(i, field, value)| (i, (value * scale[field]) as f32)).collect()
    }

    fn margin(&self, row: &Row, class: usize) -> f64 {
        let (weights, bias) = &self.planes[class];
        row.iter().map(|(i, v)| f64::from(weights[*i as usize]) * f64::from(*v)).sum::<f64>() + f64::from(*bias)
    }

    fn margins(&self, counted: &HashMap<Piece, u32>) -> Vec<f64> {
        (0..self.classes.len()).map(|class| self.margin(&self.row(counted, class), class)).collect()
    }

    /// What it says of a text.
    #[must_use]
    pub fn ask(&self, fields: &[&str]) -> Answer {
        let counted = pieces(fields);
        let odds: Vec<f64> =
            self.margins(&counted).into_iter().zip(&self.calibration).map(|(m, (a, b))| 1.0 / (1.0 + (-(a * m + b)).exp())).collect();
        let all: f64 = odds.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut ranked: Vec<(usize, f64)> = odds.iter().map(|p| p / all).enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let reasons = ranked.first().map(|(first, _)| self.reasons(&counted, *first)).unwrap_or_default();
        Answer { ranked: ranked.into_iter().map(|(class, p)| (self.classes[class].clone(), p)).collect(), reasons }
    }

    /// The pieces that spoke most for a class; of pieces inside one another only the one that said most.
    fn reasons(&self, counted: &HashMap<Piece, u32>, class: usize) -> Vec<Reason> {
        let names: HashMap<u32, Piece> = counted.keys().filter_map(|p| Some((*self.index.get(p)?, *p))).collect();
        let weights = &self.planes[class].0;
        let spoke = self.row(counted, class).into_iter().map(|(i, v)| (i, f64::from(weights[i as usize]) * f64::from(v)));
        let mut spoke: Vec<(u32, f64)> = spoke.filter(|(_, w)| *w > 0.0).collect();
        spoke.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut reasons: Vec<Reason> = Vec::new();
        for (i, weight) in spoke {
            let piece = names[&i];
            let (text, field) = (piece.text(), piece.field());
            let told =
                text.chars().count() < 2 || reasons.iter().any(|r| r.field == field && (r.text.contains(&text) || text.contains(&r.text)));
            if !told {
                reasons.push(Reason { text, field, weight });
            }
            if reasons.len() == REASONS {
                break;
            }
        }
        reasons
    }
}
