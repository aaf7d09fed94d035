//! The desks through the real router: whole ways, every offered action, every route with every role.

mod clerk;
mod files;
mod forms;
mod offers;
mod officer;
mod routes;
mod town;
mod ways;
