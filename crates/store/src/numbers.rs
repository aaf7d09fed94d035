//! Document numbers without gaps: drawn in the transaction that issues the paper, so that a paper that fails takes none.

use crate::engine::{Result, Tx};
use crate::{args, statements};
use rules::ids::{Locality, OrganId};
use rules::law::Form;

statements! {
    NEXT = "INSERT INTO sequence (locality, organ, form, year, last) VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (locality, organ, form, year) DO UPDATE SET last = sequence.last + 1 RETURNING last";
}

/// The next number of an organ, form class and year.
///
/// # Errors
/// Those of writing.
pub async fn next(tx: &mut Tx, locality: Locality, organ: OrganId, form: Form, year: i16) -> Result<i64> {
    tx.one(NEXT, args![locality, organ, form.code(), i64::from(year)]).await?.get(0)
}
