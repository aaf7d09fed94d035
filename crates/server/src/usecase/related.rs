//! Cases that may belong together: of the same person by their telephone, about the same business by its name. Each reader finds what exists
//! for them and nothing else (Art. 37); the number is compared, not shown.

use super::Answer;
use crate::app::App;
use rules::codes::Phone;
use store::cases::{self, Loaded};
use store::personal::find_blind;
use store::queue::{self, Line};
use store::scope::Scope;

/// Most cases of each kind of relation.
const MOST: usize = 10;

/// Cases related to one.
#[derive(Clone, Debug, Default)]
pub struct Related {
    /// Of the same person.
    pub person: Vec<Line>,
    /// About the same business.
    pub business: Vec<Line>,
}

/// The cases related to one that its reader has opened, as far as they exist for the reader.
///
/// # Errors
/// Those of reading.
pub async fn of(app: &App, scope: &Scope, loaded: &Loaded) -> Answer<Related> {
    let mut db = app.db().read().await?;
    let mut out = Related::default();
    let (_, phone) = super::read::person(app, &mut db, loaded).await?;
    if let Ok(phone) = Phone::parse(&phone) {
        let ids = find_blind(&mut db, scope, "phone", app.keyring().blind("phone", phone.main()), 50).await?;
        let ids = ids.into_iter().filter(|id| *id != loaded.id).collect();
        out.person = queue::lines_of(&mut db, scope, ids).await?;
    }
    let name = loaded.case.registration.respondent.name.trim();
    if !name.is_empty() {
        let ids = cases::ids_of_respondent(&mut db, scope, name, 100).await?;
        let ids = ids.into_iter().filter(|id| *id != loaded.id && !out.person.iter().any(|p| p.id == *id)).collect();
        out.business = queue::lines_of(&mut db, scope, ids).await?;
    }
    out.person.truncate(MOST);
    out.business.truncate(MOST);
    Ok(out)
}
