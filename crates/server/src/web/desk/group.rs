//! A group of like cases (群体事件): its members as far as the reader may see them, a shared answer that each gets by itself.

use super::account::Sent;
use super::inbox::{done, rows};
use super::{errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, bulk};
use crate::web::http::{Desk, Permit, Web, Workers, page, page_with, see_other_with};
use crate::web::views::clerk::GroupPage;
use crate::web::views::parts::{Choice, Control, Errors, Field, Link};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use rules::case::command::Action;
use rules::ids::{GroupId, Id};
use rules::law::TellBy;
use store::queue::{self, Line};

/// Most members on the page.
const MOST: i64 = 500;

fn address(group: GroupId) -> String {
    format!("/desk/group/{}", group.0)
}

/// The group and its members; a group nobody may see a member of is not there.
async fn members<P: Permit>(d: &Desk<P>, id: &str) -> Result<(GroupId, Vec<Line>), Denied> {
    let group = GroupId(Id::parse(id).ok_or(Denied::NotFound)?);
    let mut db = d.v.app.db().read().await?;
    let lines = queue::of_group(&mut db, &d.scope, group, MOST).await?;
    if lines.is_empty() { Err(Denied::NotFound) } else { Ok((group, lines)) }
}

pub(super) async fn show(d: Desk<Workers>, Path(id): Path<String>) -> Web {
    let (group, lines) = members(&d, &id).await?;
    Ok(page(&view(&d, group, &lines, &Fields::default(), Errors::default()).await?))
}

async fn view(d: &Desk<Workers>, group: GroupId, lines: &[Line], fields: &Fields, errors: Errors) -> Result<GroupPage, Denied> {
    let l = d.v.l.lang;
    let mut counts: Vec<(String, usize)> = Vec::new();
    for line in lines {
        let word = l.code("stage", &line.stage);
        match counts.iter_mut().find(|(w, _)| *w == word) {
            Some((_, n)) => *n += 1,
            None => counts.push((word, 1)),
        }
    }
    let method = Some(fields.get("method")).filter(|m| !m.is_empty()).unwrap_or(TellBy::Phone.code());
    let methods = TellBy::ALL.iter().map(|m| Choice::new(m.code(), l.code("tellby", m.code()), method)).collect();
    Ok(GroupPage {
        address: address(group),
        rows: rows(d, lines).await?,
        counts,
        works: true,
        answer: vec![
            Field::area(l, "answer", label(l, "answer")).value(fields.get("answer")).max(5000).required().errors(&errors),
            Field::new(l, "method", label(l, "method"), Control::Radio(methods)).required().errors(&errors),
        ],
        add: Field::text(l, "member", l.t("group-add-number")).value(fields.get("member")).max(20).required().errors(&errors),
        results: String::new(),
        errors,
        l: d.layout(),
    })
}

/// The page again with what is wrong.
async fn refused(d: &Desk<Workers>, group: GroupId, lines: &[Line], fields: &Fields, denied: Denied) -> Web {
    let l = d.v.l.lang;
    let (status, errors) = match denied {
        Denied::Invalid(faults) => (StatusCode::UNPROCESSABLE_ENTITY, errors_of(l, &faults)),
        Denied::Rule(why) => {
            let mut errors = Errors::default();
            errors.add("", l.code("whynot", why.code()));
            (StatusCode::CONFLICT, errors)
        }
        other => return Err(other.into()),
    };
    Ok(page_with(status, &view(d, group, lines, fields, errors).await?))
}

/// Adds a case by its number, from the side of that case: it must be one this person may see.
pub(super) async fn add(d: Desk<Workers>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let (group, lines) = members(&d, &id).await?;
    let number = fields.get("member").trim().to_ascii_uppercase();
    let mut db = d.v.app.db().read().await?;
    let found = store::cases::id_of_number(&mut db, &d.scope, &number).await?;
    let line = queue::lines_of(&mut db, &d.scope, found.into_iter().collect()).await?.pop();
    drop(db);
    let Some(line) = line else {
        let mut faults = crate::usecase::fields::Faults::default();
        faults.add("member", if number.is_empty() { "required" } else { "no_such_case" });
        return refused(&d, group, &lines, &fields, Denied::Invalid(faults)).await;
    };
    // Any member other than the case itself names the group.
    let member = lines.iter().find(|m| m.id != line.id).unwrap_or(&lines[0]);
    match bulk::join(&d.v.app, &d.scope, &line.token, &member.number).await {
        Ok(()) => Ok(see_other_with(&address(group), "flash-grouped")),
        Err(denied) => refused(&d, group, &lines, &fields, denied).await,
    }
}

pub(super) async fn out(d: Desk<Workers>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let (group, lines) = members(&d, &id).await?;
    let Some(line) = lines.iter().find(|l| l.token == fields.get("case")) else {
        return Ok(see_other_with(&address(group), "flash-ungrouped"));
    };
    match crate::usecase::act::act(&d.v.app, &d.scope, &line.token, Action::Ungroup, &Fields::default(), None).await {
        // With its last member a group is gone.
        Ok(_) if lines.len() == 1 => Ok(see_other_with(&format!("/desk/case/{}", line.token), "flash-ungrouped")),
        Ok(_) => Ok(see_other_with(&address(group), "flash-ungrouped")),
        Err(denied) => refused(&d, group, &lines, &fields, denied).await,
    }
}

/// One answer, an event of its own in each open member's case.
pub(super) async fn answer(d: Desk<Workers>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let (group, lines) = members(&d, &id).await?;
    match bulk::answer(&d.v.app, &d.scope, &lines, &fields).await {
        Ok(each) => {
            let back = vec![Link::new(address(group), d.v.l.t("group-back"))];
            Ok(page(&done(&d, "group-answer", each, back).await?))
        }
        Err(denied) => refused(&d, group, &lines, &fields, denied).await,
    }
}
