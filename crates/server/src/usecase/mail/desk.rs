//! Mails that wait for a clerk: read, taken in as a submission, or thrown away. Notices that could not be sent: sent again by the system
//! administrator, who sees no word of them.

use super::parse::{Mail, parse};
use super::take::{self, Head};
use crate::app::App;
use crate::usecase::{Answer, Denied};
use rules::access::Role;
use rules::ids::{CaseId, FileId, Id, SubmissionId};
use store::engine::Tx;
use store::mail_in::{self, MailIn};
use store::outbox;
use store::scope::{Reason, Scope};

fn of_role(scope: &Scope, role: Role) -> Answer<rules::ids::PersonId> {
    scope.grant().filter(|(_, g)| g.role == role).map(|(p, _)| p).ok_or(Denied::NotFound)
}

/// Mails in a state, each with sender and subject where it waits.
///
/// # Errors
/// [`Denied::NotFound`] for anyone but the intake.
pub async fn list(app: &App, scope: &Scope, state: &str, before: Option<Id>, limit: i64) -> Answer<Vec<(MailIn, Head)>> {
    of_role(scope, Role::Clerk)?;
    let mut db = app.db().read().await?;
    let mails = mail_in::list(&mut db, scope, state, before, limit).await?;
    drop(db);
    let headed = |m: MailIn| {
        let head = take::head(app, &m).map(|(h, _)| h).unwrap_or_default();
        (m, head)
    };
    Ok(mails.into_iter().map(headed).collect())
}

/// A mail that waits, opened: what is known of it, what it says, its bytes.
///
/// # Errors
/// [`Denied::NotFound`] where it does not wait any more.
pub async fn open(app: &App, scope: &Scope, id: Id) -> Answer<(MailIn, Mail, Vec<u8>)> {
    of_role(scope, Role::Clerk)?;
    let mut db = app.db().read().await?;
    let mail = mail_in::one(&mut db, scope, id).await?.filter(|m| m.file_kept).ok_or(Denied::NotFound)?;
    drop(db);
    let (_, envelope) = take::head(app, &mail)?;
    let raw = take::bytes(app, id, &envelope).await?;
    let read = parse(&raw);
    Ok((mail, read, raw))
}

/// Takes a mail that waits in as a submission. Of one that cannot be read as a mail, what could be is taken.
///
/// # Errors
/// [`Denied::NotFound`] where somebody else decided on it.
pub async fn take_in(app: &App, scope: &Scope, id: Id) -> Answer<SubmissionId> {
    let person = of_role(scope, Role::Clerk)?;
    let (row, mail, _) = open(app, scope, id).await?;
    let platform = Scope::system(scope.locality(), Reason::Mail);
    // Nobody reads an answer there: no address, no notices.
    let mail = if row.reason == "nobody" { Mail { from: None, ..mail } } else { mail };
    let now = app.clock().now();
    let submission = take::submission(app, &platform, &mail, &row.key, |counts, submission| {
        mail_in::decide(&row, "taken", Some(submission), (counts.files, counts.refused), person, now)
    });
    let submission = submission.await?;
    app.files().remove(FileId(id)).await?;
    Ok(submission)
}

/// Throws a mail that waits away: what was kept of it is gone, that it came stays.
///
/// # Errors
/// [`Denied::NotFound`] where somebody else decided on it.
pub async fn throw_away(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let person = of_role(scope, Role::Clerk)?;
    let mut db = app.db().read().await?;
    let row = mail_in::one(&mut db, scope, id).await?.ok_or(Denied::NotFound)?;
    drop(db);
    let now = app.clock().now();
    let settled = app.db().write(async move |tx: &mut Tx| mail_in::settle(tx, &row, "dropped", person, now).await).await?;
    if !settled {
        return Err(Denied::NotFound);
    }
    Ok(app.files().remove(FileId(id)).await?)
}

/// Sends a notice that failed again, or every one.
///
/// # Errors
/// [`Denied::NotFound`] for anyone but the system administrator.
pub async fn send_again(app: &App, scope: &Scope, which: Option<(CaseId, u32, String)>) -> Answer<u64> {
    of_role(scope, Role::SystemAdmin)?;
    let (s, now) = (scope.clone(), app.clock().now());
    let unit = async move |tx: &mut Tx| match &which {
        Some((case, seq, channel)) => outbox::retry(tx, &s, *case, *seq, channel, now).await,
        None => outbox::retry_all(tx, &s, now).await,
    };
    Ok(app.db().write(unit).await?)
}
