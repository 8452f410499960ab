//! The flags that have people decide.

use clap::Args;

use crate::settings::ConfirmMode;

/// Shown above these flags in the help.
const HEADING: &str = "What people decide";

#[derive(Args, Debug)]
pub(super) struct SafetyFlags {
    /// Have a person agree before something is deleted, taken away or switched off; `auto` where
    /// nothing is said
    #[arg(
        long,
        env = "UNKEY_MCP_CONFIRM",
        value_enum,
        value_name = "WHEN",
        help_heading = HEADING
    )]
    confirm: Option<ConfirmMode>,
}

impl SafetyFlags {
    pub(super) const fn confirm(&self) -> Option<ConfirmMode> {
        self.confirm
    }
}
