//! The desks through the real router: whole ways, every offered action, every route with every role.

mod files;
mod clerk;
mod forms;
mod officer;
mod offers;
mod routes;
mod town;
mod ways;
