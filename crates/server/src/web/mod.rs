//! Pages. True inside this folder: pages only show and ask; every text comes from `locales/`, every colour from
//! `assets/app.css`, and what only desks need from `assets/desk.css`; no page needs JavaScript, no page carries an inline script or style.

pub mod api;
pub mod assets;
pub mod desk;
pub mod faults;
pub mod format;
pub mod front;
pub mod http;
pub mod i18n;
pub mod keys;
pub mod layout;
pub mod public;
pub mod router;
mod served;
mod styleguide;
pub mod timeline;
pub mod views;
