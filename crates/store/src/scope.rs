//! Who asks. No query runs without a [`Scope`], and a scope can be made only by signing in, by a tracking code, by answering a notice from
//! the address it was sent to, or by `Scope::system` with
//! a reason from the list below: the signature is the permission.

use rules::access::{Actor, Role};
use rules::ids::{Locality, OrganId, PersonId, SubmissionId, UnitId};

/// Why the platform itself reads or writes. Every use stands in `generated/system-scopes.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A submission arrives on the public form; nobody has signed in.
    Submit,
    /// A file is imported.
    Import,
    /// Another system hands a submission in with its key.
    Channel,
    /// Clocks that have ended are noted.
    Sweep,
    /// A calendar notice was loaded and due dates are recounted.
    Calendar,
    /// Open cases are looked at, or recounted, under another version of the pack.
    Pack,
    /// Events get their place in the log.
    Sequence,
    /// The store is verified.
    Verify,
    /// Signing in, before there is a scope.
    SignIn,
    /// A submitter shows a tracking code, or recovers a lost number.
    Track,
    /// A notice is made and sent; a mail is taken in.
    Mail,
    /// Evidence of a case that the reader has opened within their own scope.
    Evidence,
    /// A record is erased by the security administrator, who sees no case.
    Erase,
    /// The first administrator, the demonstration, the command line.
    Setup,
}

/// One role of a person in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Role.
    pub role: Role,
    /// Unit it is held in.
    pub unit: UnitId,
    /// Organ the unit acts for.
    pub organ: OrganId,
}

/// What the bearer may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    locality: Locality,
    bearer: Bearer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Bearer {
    Person { id: PersonId, grant: Grant },
    Submitter(SubmissionId),
    System(Reason),
}

impl Scope {
    /// The platform itself.
    #[must_use]
    pub fn system(locality: Locality, reason: Reason) -> Self {
        Self { locality, bearer: Bearer::System(reason) }
    }

    /// Made by `sessions` when a session is valid.
    pub(crate) fn person(locality: Locality, id: PersonId, grant: Grant) -> Self {
        Self { locality, bearer: Bearer::Person { id, grant } }
    }

    /// Made by `submissions` when receipt number and code, or phone, belong together; by `mail_in` when a notice is answered from the
    /// address it was sent to.
    pub(crate) fn submitter(locality: Locality, submission: SubmissionId) -> Self {
        Self { locality, bearer: Bearer::Submitter(submission) }
    }

    /// The locality; nothing of another can be reached.
    #[must_use]
    pub fn locality(&self) -> Locality {
        self.locality
    }

    /// The person who signed in, and the role they act in.
    #[must_use]
    pub fn grant(&self) -> Option<(PersonId, Grant)> {
        match self.bearer {
            Bearer::Person { id, grant } => Some((id, grant)),
            _ => None,
        }
    }

    /// The submission a tracking code opened.
    #[must_use]
    pub fn submission(&self) -> Option<SubmissionId> {
        match self.bearer {
            Bearer::Submitter(id) => Some(id),
            _ => None,
        }
    }

    /// Whether this is the platform itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        matches!(self.bearer, Bearer::System(_))
    }

    /// The actor for the rules.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.bearer {
            Bearer::Person { id, grant } => Actor::Person { id, role: grant.role, unit: grant.unit, organ: grant.organ },
            Bearer::Submitter(_) => Actor::Submitter,
            Bearer::System(_) => Actor::System,
        }
    }

    /// Who is recorded as having acted.
    #[must_use]
    pub fn by(&self) -> crate::chain::By {
        match self.bearer {
            Bearer::Person { id, grant } => crate::chain::By { actor: Some(id), unit: Some(grant.unit), organ: Some(grant.organ) },
            _ => crate::chain::By::default(),
        }
    }
}
