//! Phrases (用语): words that are written often, one's own, a unit's, or everybody's, with fields in braces that a case fills. Records of the
//! registry; no value of a case is kept with them.

use super::fields::{Fields, Reader};
use super::people::change;
use super::{Answer, Denied};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::access::Role;
use rules::ids::Id;
use store::arrangement::{Arrangement, Owner, Phrase};
use store::registry::RegistryEvent;
use store::scope::Scope;

/// Longest phrase, characters.
const MAX_PHRASE: usize = 2_000;
/// Most phrases one person, unit or locality keeps.
const MOST: usize = 200;

/// The fields a phrase may have.
pub const FIELDS: [&str; 7] = ["name", "number", "respondent", "amount", "unit", "me", "today"];

/// Whether someone reads a phrase at their desk.
fn reads(scope: &Scope, owner: Owner) -> bool {
    scope.grant().is_some_and(|(me, g)| match owner {
        Owner::Person(p) => p == me,
        Owner::Unit(u) => u == g.unit,
        Owner::All => true,
    })
}

/// Whether someone may change a phrase: their own; the unit's, its head; everybody's, the intake.
#[must_use]
pub fn keeps(scope: &Scope, owner: Owner) -> bool {
    reads(scope, owner)
        && scope.grant().is_some_and(|(_, g)| match owner {
            Owner::Person(_) => true,
            Owner::Unit(_) => matches!(g.role, Role::Lead | Role::Clerk),
            Owner::All => g.role == Role::Clerk,
        })
}

/// The phrases of someone's desk: their own first, then the unit's, then everybody's, each by name.
#[must_use]
pub fn of<'a>(world: &'a World, scope: &Scope) -> Vec<(Id, &'a Phrase)> {
    let all = world.directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::Phrase(p) if reads(scope, p.owner) => Some((*id, p)),
        _ => None,
    });
    let mut out: Vec<_> = all.collect();
    out.sort_by(|(_, a), (_, b)| (a.owner, &a.name).cmp(&(b.owner, &b.name)));
    out
}

/// Saves a phrase from a form: a new one, or in place of the one named by `id`.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn save(app: &App, scope: &Scope, fields: &Fields) -> Answer<()> {
    let (me, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let mut r = Reader::new(fields);
    let name = r.need_line("phrase_name", 40);
    let text = r.need_block("phrase_text", MAX_PHRASE);
    if unknown_field(&text) {
        r.faults.add("phrase_text", "phrase_field");
    }
    let owner = r.need_code("phrase_owner", |s| match s {
        "person" => Some(Owner::Person(me)),
        "unit" => Some(Owner::Unit(grant.unit)).filter(|o| keeps(scope, *o)),
        "all" => Some(Owner::All).filter(|o| keeps(scope, *o)),
        _ => None,
    });
    let mine = of(&world, scope);
    if owner.is_some_and(|o| mine.iter().filter(|(_, p)| p.owner == o).count() >= MOST) {
        r.faults.add("phrase_name", "phrase_many");
    }
    r.done(())?;
    let owner = owner.ok_or(Denied::NotFound)?;
    let replaced = Id::parse(fields.get("id")).filter(|id| mine.iter().any(|(known, p)| known == id && keeps(scope, p.owner)));
    let id = replaced.unwrap_or_else(|| new_id(app.clock().now(), &mut app.random()));
    let arrangement = Arrangement::Phrase(Phrase { owner, name, text });
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement }], None).await
}

/// Throws a phrase away.
///
/// # Errors
/// [`Denied::NotFound`] for one that is not theirs to change.
pub async fn remove(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    if !of(&world, scope).iter().any(|(known, p)| *known == id && keeps(scope, p.owner)) {
        return Err(Denied::NotFound);
    }
    change(app, scope, vec![RegistryEvent::ArrangementEnded { id }], None).await
}

/// Whether a text names a field there is none of.
fn unknown_field(text: &str) -> bool {
    let named = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    named.into_iter().any(|name| !FIELDS.contains(&name))
}

/// A phrase with its fields filled; what the case does not have stays in braces, so that whoever writes sees that it is missing.
#[must_use]
pub fn fill(text: &str, values: &[(&str, String)]) -> String {
    let given = values.iter().filter(|(_, v)| !v.is_empty());
    given.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_filled_and_what_is_missing_stays_to_be_seen() {
        let values = [("name", "陈先生".to_owned()), ("amount", String::new())];
        assert_eq!(fill("{name}您好，{amount}已退。", &values), "陈先生您好，{amount}已退。");
        assert!(unknown_field("{nmae}您好") && !unknown_field("{name}您好 } {") && !unknown_field("无"));
    }
}
