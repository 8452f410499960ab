//! What the program that embeds the engine may do beside requests.

mod export;
mod inspection;
mod operator;
mod trial;

pub use export::{Export, ExportError, Exported, ExportedApi, Summary};
pub(crate) use inspection::Inspection;
pub use operator::{NewRootKeySettings, OperatorError};
pub use trial::PATIENCE;
