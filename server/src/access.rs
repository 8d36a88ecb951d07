//! From a principal to the narrowed set of things it may do.
//!
//! A use case takes the right it needs as its first argument, so a call that is not allowed does
//! not type-check. An end user's token may allow less than everything: see [`permissions`].

pub mod permissions;

use std::sync::Arc;

use permissions::{On, Permission, Permissions};

use crate::domain::{
    api_key::{ApiKey, ApiScope},
    audit::Actor,
    id::{OperatorId, ProjectId},
    operator::{Operator, Role},
};

/// The end user of a verified token, in one project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EndUser {
    pub project: ProjectId,
    /// `sub` of the token.
    pub user_id: Arc<str>,
    pub permissions: Permissions,
}

/// The user token does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The user token lacks the permission \"{0}\" here. Ask the people who run the app.")]
pub struct NotPermitted(pub Permission);

impl EndUser {
    /// A user whose right was checked before, when what is done now was begun.
    pub fn trusted(project: ProjectId, user_id: String) -> Self {
        Self {
            project,
            user_id: user_id.into(),
            permissions: Permissions::default(),
        }
    }

    pub fn may(&self, what: Permission, on: On<'_>) -> Result<(), NotPermitted> {
        if self.permissions.allow(what, on) {
            Ok(())
        } else {
            Err(NotPermitted(what))
        }
    }
}

/// The project's own back end, by an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    project: ProjectId,
    scopes: Vec<ApiScope>,
}

/// The API key does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The API key lacks the scope {}. Create one that has it.", .0.as_str())]
pub struct ScopeMissing(pub ApiScope);

/// May read the events of one project.
#[derive(Debug)]
pub struct MayReadEvents(ProjectId);

impl MayReadEvents {
    pub fn project(&self) -> ProjectId {
        self.0
    }
}

impl Backend {
    pub fn of_key(key: &ApiKey) -> Self {
        Self {
            project: key.project,
            scopes: key.scopes.clone(),
        }
    }

    pub fn events_reader(&self) -> Result<MayReadEvents, ScopeMissing> {
        self.has(ApiScope::EventsRead)?;
        Ok(MayReadEvents(self.project))
    }

    fn has(&self, scope: ApiScope) -> Result<(), ScopeMissing> {
        if self.scopes.contains(&scope) {
            Ok(())
        } else {
            Err(ScopeMissing(scope))
        }
    }
}

/// Somebody at the dashboard or at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// None: the command line.
    pub operator: Option<OperatorId>,
    pub email: String,
    pub role: Role,
}

/// The role does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Your role does not allow this. Ask an administrator.")]
pub struct Denied;

/// May look at everything but secrets.
#[derive(Debug)]
pub struct MayRead(());
/// May disconnect users' accounts.
#[derive(Debug)]
pub struct MaySupport(Actor);
/// May change integrations, origins and projects.
#[derive(Debug)]
pub struct MayEdit(Actor);
/// May create and revoke signing keys and API keys, and create operators.
#[derive(Debug)]
pub struct MayAdminister(Actor);

/// A right to change something knows who has it: the audit trail says so.
macro_rules! held {
    ($($right:ty),*) => {
        $(
            impl $right {
                pub fn actor(&self) -> &Actor {
                    &self.0
                }
            }
        )*
    };
}
held!(MaySupport, MayEdit, MayAdminister);

impl Staff {
    pub fn of_operator(operator: &Operator) -> Self {
        Self {
            operator: Some(operator.id),
            email: operator.email.clone(),
            role: operator.role,
        }
    }

    /// Whoever can run the binary with the database and its key.
    pub fn console() -> Self {
        Self {
            operator: None,
            email: Actor::CONSOLE.to_owned(),
            role: Role::Admin,
        }
    }

    pub fn actor(&self) -> Actor {
        Actor {
            operator: self.operator,
            name: self.email.clone(),
        }
    }

    pub fn reader(&self) -> MayRead {
        MayRead(())
    }

    pub fn supporter(&self) -> MaySupport {
        MaySupport(self.actor())
    }

    pub fn editor(&self) -> Result<MayEdit, Denied> {
        match self.role {
            Role::Admin | Role::Member => Ok(MayEdit(self.actor())),
            Role::Support => Err(Denied),
        }
    }

    pub fn administrator(&self) -> Result<MayAdminister, Denied> {
        match self.role {
            Role::Admin => Ok(MayAdminister(self.actor())),
            Role::Member | Role::Support => Err(Denied),
        }
    }
}
