//! Roles and who may do what to a case: the authorization matrix as data. A test writes it to `generated/authorization.txt`.

use crate::case::command::Action;
use crate::ids::{OrganId, PersonId, UnitId};
use crate::law::coded;

coded! {
    /// Role of a person who signs in. The three administrators are kept apart (三权分立) and see no case.
    Role {
        /// 受理分送: clerk of the unified intake
        Clerk = "clerk",
        /// 承办人: handling officer
        Officer = "officer",
        /// 负责人: head of a unit, decides what officers propose
        Lead = "lead",
        /// 协作单位经办人: of an organisation outside; sees what was sent there, answers, settles or returns, decides nothing of law
        Partner = "partner",
        /// 督导: sees the organ's work, masked
        Supervisor = "supervisor",
        /// 系统管理员: units, people, packs, calendar
        SystemAdmin = "system_admin",
        /// 安全管理员: roles, sessions, keys
        SecurityAdmin = "security_admin",
        /// 审计管理员: reads the logs
        AuditAdmin = "audit_admin",
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in, in one of their roles.
    Person {
        /// Who.
        id: PersonId,
        /// In which role.
        role: Role,
        /// For which unit.
        unit: UnitId,
        /// Of which organ.
        organ: OrganId,
    },
    /// The person who submitted, by tracking code.
    Submitter,
    /// The platform itself: sweeps, imports, calendar.
    System,
}

impl Actor {
    /// The person, where one signed in.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person { id, .. } => Some(*id),
            _ => None,
        }
    }
}

/// Whether a role may ever take an action; the state of the case and the unit are checked by `decide`.
#[must_use]
pub fn role_may(role: Role, action: Action) -> bool {
    use Action::{
        AddEvidence, Advertising, Answer, AnswerCheck, AnswerOrder, Ask, AskReopen, AskWaiver, Assign, Close, Contact, Correct, Decide,
        DecideWaiver, DeclineReopen, Dispute, Erase, FollowUp, Group, ImportUndo, Inspect, Judge, Merge, Move, Narrow, Note, Open, Order,
        PreferMode, Rate, Receive, Reclassify, Rectify, Refuse, Regrade, Reopen, Reply, Return, SeeNotice, Send, SendElsewhere,
        SettleDispute, SettleOrder, TakeBack, TakeUp, Tell, Ungroup, Unmerge, Urgent, Withdraw,
    };
    let intake = matches!(
        action,
        Receive
            | Send
            | TakeBack
            | Return
            | Reclassify
            | Narrow
            | Urgent
            | Refuse
            | Tell
            | Answer
            | SendElsewhere
            | Dispute
            | SettleDispute
            | Note
            | AddEvidence
            | Merge
            | Unmerge
            | Correct
            | Close
            | Withdraw
            | Ask
            | Reply
            | Contact
            | Advertising
            | FollowUp
            | AskReopen
            | Group
            | Ungroup
            | SeeNotice
            | Order
            | AnswerOrder
            | SettleOrder
    );
    let system_only =
        matches!(action, Action::Lapse | Action::LoadCalendar | Action::LoadPack | ImportUndo | Move | Inspect | TakeUp | Judge);
    let submitter_only = matches!(action, Rate | PreferMode);
    match role {
        Role::Clerk => intake,
        _ if submitter_only => false,
        Role::Officer => {
            !system_only
                && !matches!(
                    action,
                    Send | TakeBack
                        | Receive
                        | Decide
                        | Assign
                        | Erase
                        | Reclassify
                        | Narrow
                        | Reopen
                        | DeclineReopen
                        | Order
                        | SettleOrder
                        | Regrade
                        | Rectify
                        | AskWaiver
                        | DecideWaiver
                        | AnswerCheck
                )
        }
        Role::Lead => !system_only && !matches!(action, Send | TakeBack | Receive | Erase | Reclassify | Narrow | DecideWaiver),
        Role::Partner => {
            matches!(action, Open | Return | Answer | Note | AddEvidence | Ask | Reply | Contact | Withdraw | SeeNotice | AnswerOrder)
        }
        Role::Supervisor => matches!(
            action,
            Urgent | FollowUp | Reopen | DeclineReopen | SeeNotice | Order | SettleOrder | Regrade | Rectify | AskWaiver | DecideWaiver
        ),
        Role::SecurityAdmin => matches!(action, Erase),
        Role::SystemAdmin | Role::AuditAdmin => false,
    }
}

/// Whether the person who submitted may take an action.
#[must_use]
pub fn submitter_may(action: Action) -> bool {
    use Action::{AddEvidence, AskReopen, Consent, PreferMode, Rate, Reply, Withdraw};
    matches!(action, AddEvidence | Withdraw | Consent | Reply | PreferMode | Rate | AskReopen)
}

/// The matrix as text, one line per action.
#[must_use]
pub fn matrix() -> String {
    let mut out = String::from("# role × action on a case; generated, do not edit (UPDATE_GENERATED=1 cargo test -p rules)\naction");
    for role in Role::ALL {
        out += &format!("\t{}", role.code());
    }
    out += "\tsubmitter\tsystem\n";
    for action in Action::ALL {
        out += action.code();
        for role in Role::ALL {
            out += if role_may(*role, *action) { "\tyes" } else { "\t-" };
        }
        out += if submitter_may(*action) { "\tyes" } else { "\t-" };
        out += if action.is_systems() { "\tyes\n" } else { "\t-\n" };
    }
    out
}
