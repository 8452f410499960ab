//! What is made of several operations. A file's name is the tool's; `workflows/` at the root of the
//! repository has the file of the same name that carries it out.

mod answer;
mod counts;
mod keys_apply;
mod keys_explain;
mod keys_find;
mod keys_plan;
mod selection;
mod usage_report;
mod workspace_overview;

pub use answer::*;
pub use counts::*;
pub use keys_apply::*;
pub use keys_explain::*;
pub use keys_find::*;
pub use keys_plan::*;
pub use selection::*;
pub use usage_report::*;
pub use workspace_overview::*;
