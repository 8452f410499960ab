//! What the program that embeds the engine may do beside requests.

mod export;
mod operator;
mod trial;

pub use export::{Export, ExportError, Exported, ExportedApi, Summary};
pub use operator::{NewRootKeySettings, OperatorError};
pub use trial::PATIENCE;
