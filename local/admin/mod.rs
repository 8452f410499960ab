//! What the program that embeds the engine may do beside requests.

mod export;
mod known;
mod operator;
mod write_probe;

pub use export::{Export, ExportError, Exported, ExportedApi, Summary};
pub use operator::{NewRootKeySettings, OperatorError};
pub use write_probe::PATIENCE;
