//! The desks through the real router: whole ways, every offered action, every route with every role.

mod accounts;
mod clerk;
#[path = "../common/mod.rs"]
mod common;
mod faults;
mod files;
mod forecast;
mod forms;
mod killed;
mod leading;
mod merging;
mod offers;
mod officer;
mod organisation;
mod packs;
mod rates;
mod register;
mod routes;
mod supervision;
mod town;
mod undone;
mod ways;
