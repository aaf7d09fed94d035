//! A linear separator of two classes: L2-regularised, squared hinge loss, by coordinate descent on the dual (Hsieh, Chang, Lin, Keerthi,
//! Sundararajan: A dual coordinate descent method for large-scale linear SVM. ICML 2008, algorithm 1).

/// A sparse row: feature and value.
pub(super) type Row = Vec<(u32, f32)>;

/// Passes over all rows at most.
const PASSES: usize = 200;
/// The largest violation of optimality at which it ends.
const TOLERANCE: f64 = 0.05;
/// Added to every row, so that the plane need not go through the origin.
const BIAS: f64 = 1.0;

/// Weights and bias of the plane with `ours` on its positive side. `cost` is what a row on the wrong side costs.
pub(super) fn separate(rows: &[Row], ours: &[bool], width: usize, cost: f64) -> (Vec<f64>, f64) {
    let diagonal = 0.5 / cost;
    let norms: Vec<f64> =
        rows.iter().map(|r| r.iter().map(|(_, v)| f64::from(*v) * f64::from(*v)).sum::<f64>() + BIAS * BIAS + diagonal).collect();
    let (mut weights, mut bias) = (vec![0.0; width], 0.0);
    let mut alphas = vec![0.0; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut shuffle = Shuffle(0x9E37_79B9_7F4A_7C15);
    for _ in 0..PASSES {
        shuffle.all(&mut order);
        let mut worst: f64 = 0.0;
        for &i in &order {
            let sign = if ours[i] { 1.0 } else { -1.0 };
            let margin = rows[i].iter().map(|(j, v)| weights[*j as usize] * f64::from(*v)).sum::<f64>() + bias * BIAS;
            let gradient = sign * margin - 1.0 + diagonal * alphas[i];
            let projected = if alphas[i] == 0.0 { gradient.min(0.0) } else { gradient };
            worst = worst.max(projected.abs());
            if projected != 0.0 {
                let before = alphas[i];
                alphas[i] = (before - gradient / norms[i]).max(0.0);
                let step = (alphas[i] - before) * sign;
                for (j, v) in &rows[i] {
                    weights[*j as usize] += step * f64::from(*v);
                }
                bias += step * BIAS;
            }
        }
        if worst < TOLERANCE {
            break;
        }
    }
    (weights, bias * BIAS)
}

/// A fixed order that looks like none (xorshift64*), so that the same rows always give the same plane.
struct Shuffle(u64);

impl Shuffle {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    fn all(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            order.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}
