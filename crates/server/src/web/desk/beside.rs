//! What stands beside a case on its page: what was asked, answered and said with the parties, cases that may belong together, and the pages
//! that belong to the case.

use super::rows::title_of;
use crate::usecase::read::Opened;
use crate::usecase::{Answer, evidence, picture, related};
use crate::web::http::{Desk, Permit};
use crate::web::views::desk::{CasePage, Note, Sibling};
use crate::web::views::parts::Link;
use rules::access::Role;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::case::event::Event;
use store::queue::Line;

/// Fills in what stands beside a case for those who work on it.
pub(super) async fn fill<P: Permit>(d: &Desk<P>, opened: &Opened, view: &mut CasePage) -> Answer<()> {
    if d.role == Role::Supervisor || opened.erased {
        return Ok(());
    }
    view.talk = talk(d, opened);
    let found = related::of(&d.v.app, &d.scope, &opened.loaded).await?;
    let l = d.v.l.lang;
    let line = |why: &str, x: &Line| Sibling {
        line: format!("{} · {} {} · {} · {}", l.t(why), l.code("kind", &x.kind), x.number, title_of(l, x), l.code("stage", &x.stage)),
        href: format!("/desk/case/{}", x.token),
    };
    // Those of the same submission have a list of their own.
    let known = |s: &Sibling| view.siblings.iter().any(|k| k.href == s.href);
    let persons = found.person.iter().map(|x| line("related-person", x));
    let all: Vec<Sibling> = persons.chain(found.business.iter().map(|x| line("related-business", x))).collect();
    let shown = all.into_iter().filter(|s| !known(s)).collect();
    view.related = shown;
    view.tools = tools(d, opened).await?;
    Ok(())
}

fn talk<P: Permit>(d: &Desk<P>, opened: &Opened) -> Vec<Note> {
    let l = d.v.l.lang;
    let who = |r: &store::chain::Recorded| {
        let name = r.by.actor.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone());
        name.unwrap_or_else(|| l.code("party", "submitter"))
    };
    let mut out = Vec::new();
    for (r, f) in opened.loaded.events.iter().rev() {
        let (what, text) = match &f.event {
            Event::Asked { question } => (l.code("event", "Asked"), opened.text(Some(question))),
            Event::Replied { reply, .. } => (l.code("event", "Replied"), opened.text(Some(reply))),
            Event::Contacted { party, by, reached, what } => {
                let reached = l.code("reached", if *reached { "yes" } else { "no" });
                (format!("{} · {} · {reached}", l.code("party", party.code()), l.code("tellby", by.code())), opened.text(Some(what)))
            }
            _ => continue,
        };
        out.push(Note { about: format!("{} · {} · {what}", l.stamp(r.effective_at), who(r)), text: text.to_owned() });
    }
    out
}

async fn tools<P: Permit>(d: &Desk<P>, opened: &Opened) -> Answer<Vec<Link>> {
    let l = d.v.l.lang;
    let case = &opened.loaded.case;
    let here = format!("/desk/case/{}", case.registration.token);
    let mut out = vec![Link::new(format!("{here}/download"), l.t("casefile-download"))];
    if may(case, Action::AddEvidence, &d.scope.actor()).is_ok() {
        out.push(Link::new(format!("{here}/sign"), l.t("sign")));
        for item in evidence::of_case(&d.v.app, &opened.loaded).await? {
            if picture::is_shown(&item.evidence.media_type) && !item.name.is_empty() {
                out.push(Link::new(format!("{here}/redact/{}", item.evidence.id), l.t1("redact-of", "name", item.name)));
            }
        }
    }
    Ok(out)
}
