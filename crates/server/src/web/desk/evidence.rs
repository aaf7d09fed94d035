//! Evidence at the desk: listed, added, saved. What comes out is an attachment; only pictures may be looked at in place.

use super::action::refused;
use crate::usecase::evidence;
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::upload::{HEAD, Held, NotTaken};
use crate::usecase::{Answer, Denied, act};
use crate::web::http::{Desk, Permit, Web, Workers, see_other_with};
use crate::web::served::{self, How};
use crate::web::views::parts::Evidence as EvidenceView;
use axum::extract::{Multipart, Path, Query};
use rules::access::Role;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::ids::{FileId, Id};
use store::cases::Loaded;

/// The evidence a case refers to.
pub(super) async fn list<P: Permit>(d: &Desk<P>, loaded: &Loaded) -> Answer<Vec<EvidenceView>> {
    let l = d.v.l.lang;
    if d.role == Role::Supervisor {
        return Ok(Vec::new());
    }
    let token = &loaded.case.registration.token;
    let items = evidence::of_case(&d.v.app, loaded).await?;
    let href =
        |i: &evidence::Item| if i.name.is_empty() { String::new() } else { format!("/desk/case/{token}/evidence/{}", i.evidence.id) };
    let view = |i: evidence::Item| EvidenceView {
        original: served::original(&href(&i), &i.evidence.media_type),
        href: href(&i),
        name: if i.name.is_empty() { l.t("text-erased") } else { i.name },
        about: format!("{} · {}", i.evidence.media_type, l.bytes(i.evidence.size.unsigned_abs())),
        added: l.stamp(i.added_at),
    };
    Ok(items.into_iter().map(view).collect())
}

pub(super) async fn download(d: Desk<Workers>, Path((token, file)): Path<(String, String)>, Query(how): Query<How>) -> Web {
    let file = FileId(Id::parse(&file).ok_or(Denied::NotFound)?);
    let loaded = act::load(&d.v.app, &d.scope, &token).await?;
    let (item, download) = evidence::read(&d.v.app, &d.scope, &loaded, file).await?;
    let again = async || Ok(evidence::read(&d.v.app, &d.scope, &loaded, file).await?.1);
    served::evidence((&item.evidence, &item.name), &how, download, again).await
}

pub(super) async fn add(d: Desk<Workers>, Path(token): Path<String>, multipart: Multipart) -> Web {
    let loaded = act::load(&d.v.app, &d.scope, &token).await?;
    let mut fields = Fields::default();
    if let Err(why) = may(&loaded.case, Action::AddEvidence, &d.scope.actor()) {
        return refused(&d, &token, Action::AddEvidence, &fields, Denied::Rule(why)).await;
    }
    let done = match receive(&d, &loaded, multipart, &mut fields).await {
        Ok(files) => act::add_evidence(&d.v.app, &d.scope, &token, &fields, files).await,
        Err(denied) => Err(denied),
    };
    match done {
        Ok(_) => Ok(see_other_with(&format!("/desk/case/{token}"), "flash-evidence")),
        Err(denied) => refused(&d, &token, Action::AddEvidence, &fields, denied).await,
    }
}

/// Reads the form: words into `fields`, files to the disk, sealed.
async fn receive(d: &Desk<Workers>, loaded: &Loaded, mut multipart: Multipart, fields: &mut Fields) -> Answer<Held> {
    let app = &d.v.app;
    let mut held = evidence::held(app, loaded).await?;
    // A form cut short on its way is as one without a file.
    let cut = |_| fault("file_empty");
    while let Some(mut part) = multipart.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file_name) = part.file_name().map(str::to_owned) else {
            let text = part.text().await.map_err(cut)?;
            fields.0.entry(name).or_default().push(text);
            continue;
        };
        let mut head = Vec::new();
        while head.len() < HEAD {
            match part.chunk().await.map_err(cut)? {
                Some(bytes) => head.extend_from_slice(&bytes),
                None => break,
            }
        }
        if head.is_empty() {
            continue;
        }
        let mut receiving = held.begin(app, &file_name, &head).await?.map_err(not_taken)?;
        while let Some(bytes) = part.chunk().await.map_err(|_| fault("file_large"))? {
            receiving.write(&bytes).await?.map_err(not_taken)?;
        }
        held.finish(receiving).await?;
    }
    if held.files.is_empty() { Err(fault("file_empty")) } else { Ok(held) }
}

fn not_taken(why: NotTaken) -> Denied {
    fault(why.code())
}

fn fault(code: &str) -> Denied {
    let mut faults = Faults::default();
    faults.add("file", code);
    Denied::Invalid(faults)
}
