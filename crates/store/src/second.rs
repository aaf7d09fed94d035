//! The second step at sign-in (两步验证): what is kept of it, and that no step is used twice. Secrets are sealed and opened by the server.

use crate::engine::{Reader, Result, Tx};
use crate::{args, statements};
use rules::ids::{Locality, PersonId};

statements! {
    GET = "SELECT sealed, codes FROM second_step WHERE locality = $1 AND person = $2";
    USE = "INSERT INTO second_used (locality, person, step) VALUES ($1, $2, $3)
        ON CONFLICT (locality, person) DO UPDATE SET step = excluded.step WHERE second_used.step < excluded.step";
}

/// What is kept of somebody's second step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The secret, sealed.
    pub sealed: String,
    /// Keyed hashes of the recovery codes that are left, hex.
    pub codes: Vec<String>,
}

/// The second step of a person, where they have one.
///
/// # Errors
/// Those of reading.
pub async fn of(db: &mut Reader, locality: Locality, person: PersonId) -> Result<Option<Kept>> {
    let Some(r) = db.opt(GET, args![locality, person]).await? else { return Ok(None) };
    let codes = serde_json::from_str(&r.get::<String>(1)?).map_err(|_| r.corrupt(1, "not a list of codes"))?;
    Ok(Some(Kept { sealed: r.get(0)?, codes }))
}

/// Uses a step of time, of 30 seconds each; false for one that is not later than the last that was used.
///
/// # Errors
/// Those of writing.
pub async fn use_step(tx: &mut Tx, locality: Locality, person: PersonId, step: i64) -> Result<bool> {
    Ok(tx.exec(USE, args![locality, person, step]).await? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::both_engines;
    use crate::last_time;
    use rules::ids::Id;
    use rules::time::Instant;

    both_engines! {

    async fn a_step_is_used_once_and_only_a_later_one_after_it(db: TestDb) {
        let (here, person, other) = (Locality(990_101), PersonId(Id([1; 16])), PersonId(Id([2; 16])));
        let mut used = Vec::new();
        for (who, step) in [(person, 100), (person, 100), (person, 99), (other, 100), (person, 101)] {
            used.push(db.write(async move |tx: &mut Tx| use_step(tx, here, who, step).await).await.unwrap());
        }
        assert_eq!(used, [true, false, false, true, true]);
        let mut reader = db.read().await.unwrap();
        assert_eq!(of(&mut reader, here, person).await.unwrap(), None);
    }

    async fn what_happened_last_stays(db: TestDb) {
        for at in [5, 7, 6] {
            db.write(async move |tx: &mut Tx| last_time::note(tx, "verify", Instant(at), &format!("n{at}")).await).await.unwrap();
        }
        let mut reader = db.read().await.unwrap();
        assert_eq!(last_time::of(&mut reader, "verify").await.unwrap(), Some((Instant(7), "n7".to_owned())));
        assert_eq!(last_time::of(&mut reader, "other").await.unwrap(), None);
    }

    }
}
