//! What the server tells beside tools: prompts that begin a job, resources to read, and skills. Texts
//! alone; `mcp/` says them in the protocol's words.

mod errors;
mod prompts;
mod resources;
mod skills;

pub use self::prompts::{Argument, PROMPTS, Prompt, UnknownArgument, find as find_prompt};
pub use self::resources::{RESOURCES, Resource, TEMPLATES, Template, plan_at, read, values};
pub use self::skills::{SKILLS, Skill};
