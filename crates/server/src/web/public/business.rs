//! Businesses of the register while one is being named. By POST: what is typed may be a person's name, and stands in no address and no log.

use crate::usecase::Answer;
use crate::usecase::fields::Fields;
use crate::usecase::register;
use crate::web::http::{Visitor, Web, page};
use crate::web::views::register::{Found, FoundRow};
use axum::extract::Form;
use rules::text::fold;
use store::register::Business;

pub(super) async fn find(v: Visitor, Form(pairs): Form<Vec<(String, String)>>) -> Web {
    Ok(page(&found(&v, Fields::from_iter(pairs).get("respondent_name"), false).await?))
}

/// What was found for a name as typed; as buttons for a form that is sent without a script.
pub(in crate::web) async fn found(v: &Visitor, typed: &str, buttons: bool) -> Answer<Found> {
    let all = register::find(&v.app, v.locality, typed).await?;
    let asked = fold(typed.trim());
    let row = |b: Business| FoundRow {
        also: b.aliases.iter().find(|a| !fold(&b.name).contains(&asked) && fold(a).contains(&asked)).cloned().unwrap_or_default(),
        uscc: b.uscc.to_string(),
        name: b.name,
        address: b.address,
    };
    Ok(Found { l: v.l.lang, looked: true, buttons, rows: all.into_iter().map(row).collect() })
}

/// Fills a form with the business that was chosen in it.
pub(in crate::web) async fn take(v: &Visitor, fields: &mut Fields) -> Answer<()> {
    if let Some(b) = register::chosen(&v.app, v.locality, fields.get("take")).await? {
        for (name, value) in [("respondent_name", b.name), ("respondent_address", b.address), ("uscc", b.uscc.to_string())] {
            fields.0.insert(name.to_owned(), vec![value]);
        }
    }
    Ok(())
}

/// Drops the code of a business that was chosen and then renamed: it is another one.
pub(in crate::web) async fn settle(v: &Visitor, fields: &mut Fields) -> Answer<()> {
    if let Some(b) = register::chosen(&v.app, v.locality, fields.get("uscc")).await?
        && !b.is_called(fields.get("respondent_name"))
    {
        fields.0.remove("uscc");
    }
    Ok(())
}
