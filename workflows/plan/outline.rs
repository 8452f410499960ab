//! What a person should know of a plan before it is carried out.

use serde::Serialize;
use serde_with::skip_serializing_none;
use unkey_tools::workflows::{ChangeKind, KeyChange, Planned};

use crate::desk::Desk;
use crate::report::WorkflowError;
use crate::text::{count, iso};

/// A plan, without its work.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outline {
    /// Names the plan.
    pub plan_id: String,
    /// When it was made, ISO 8601.
    pub made_at: String,
    /// Until when it can be begun, ISO 8601.
    pub expires: String,
    /// Whether it was begun.
    pub begun: bool,
    /// The plan that it takes back.
    pub undoes: Option<String>,
    /// What it does to each key.
    pub change: KeyChange,
    /// To which keys, as whoever made it was told.
    pub plan: Planned,
}

/// The plan of that id, where whoever sits at `desk` made it. `now` is the time, in Unix ms.
///
/// # Errors
/// [`WorkflowError::Mistakes`] where there is none, or it cannot be read.
pub fn outline(plan_id: &str, desk: &Desk, now: i64) -> Result<Outline, WorkflowError> {
    let plan = desk.plans.find(plan_id, &desk.maker, now)?;
    let begun = plan.journal().exists();
    let header = plan.header;
    Ok(Outline {
        plan_id: header.id,
        made_at: iso(header.made_at),
        expires: iso(header.expires_at),
        begun,
        undoes: header.undoes,
        change: header.change,
        plan: header.answer,
    })
}

impl Outline {
    /// What it does, such as `disable 200 keys`.
    pub fn deed(&self) -> String {
        let keys = count(self.plan.keys, "key");
        match &self.undoes {
            Some(_) => format!("take back what was done to {keys}"),
            None => format!("{} {keys}", verb(self.change.kind)),
        }
    }

    /// Whether keys that are in use may stop working.
    pub const fn ends_keys_in_use(&self) -> bool {
        let ends = matches!(
            self.change.kind,
            ChangeKind::Disable | ChangeKind::Delete | ChangeKind::Rotate
        );
        ends && self.undoes.is_none() && self.plan.used_lately.is_some()
    }
}

/// What a change does, before the keys that it is done to.
pub(crate) const fn verb(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Disable => "disable",
        ChangeKind::Enable => "enable",
        ChangeKind::Extend => "move the end of",
        ChangeKind::Credits => "change the credits of",
        ChangeKind::Ratelimits => "set the limits of",
        ChangeKind::Roles => "change the roles of",
        ChangeKind::Permissions => "change the permissions of",
        ChangeKind::Delete => "delete",
        ChangeKind::Rotate => "replace",
        ChangeKind::Create => "make",
        ChangeKind::Import => "import",
    }
}
