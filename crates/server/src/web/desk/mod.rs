//! Pages for those who work on cases.

use super::layout::{Layout, NavItem};
use super::router::Routes;
use rules::access::Role;

/// The routes of this folder.
pub fn routes(_r: &mut Routes) {}

/// The menu of a role.
#[must_use]
pub fn nav(_role: Role, _l: &Layout) -> Vec<NavItem> {
    Vec::new()
}
