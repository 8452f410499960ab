//! The flags of `api-diff`.

use std::ffi::OsString;

use clap::Args;

use super::examples;
use super::invocation::Action;
use super::path::file;
use crate::api_diff::ApiDiff;
use crate::error::StartError;

#[derive(Args, Debug)]
#[command(after_help = examples::API_DIFF)]
pub(super) struct ApiDiffFlags {
    /// An OpenAPI 3 document, YAML or JSON: a file, or `-` for stdin
    document: OsString,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ApiDiffFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let text = self.document.to_string_lossy();
        if ["http://", "https://"]
            .iter()
            .any(|scheme| text.starts_with(scheme))
        {
            return Err(StartError::Usage(
                "DOCUMENT: this command fetches nothing; `curl -fsS ADDRESS | unkey-mcp api-diff -` \
                 reads what is at an address"
                    .to_owned(),
            ));
        }
        Ok(Action::ApiDiff(ApiDiff {
            document: match &*text {
                "-" => None,
                _ => Some(file("DOCUMENT", &self.document)?),
            },
            json: self.json,
        }))
    }
}
