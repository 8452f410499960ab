//! The flags about what a model gets to read.

use clap::builder::{BoolishValueParser, RangedU64ValueParser};
use clap::{ArgAction, Args};

use crate::config::Answers;

#[derive(Args, Debug)]
#[command(next_help_heading = "What a model reads")]
pub(super) struct AnswerFlags {
    /// List four tools in place of all: they search, describe and call the others
    #[arg(
        long,
        env = "UNKEY_MCP_DYNAMIC",
        action = ArgAction::Set,
        value_parser = BoolishValueParser::new(),
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value = "false",
        hide_default_value = true
    )]
    dynamic: bool,
    /// The longest answer, in tokens of four bytes; what is longer is cut, and says so
    #[arg(
        long,
        env = "UNKEY_MCP_MAX_ANSWER",
        value_name = "TOKENS",
        default_value_t = Answers::DEFAULT.most_bytes / BYTES_OF_A_TOKEN,
        value_parser = RangedU64ValueParser::<usize>::new().range(500..=10_000_000)
    )]
    max_answer: usize,
    /// Say in a few sentences beside each result what it means; --summary=false does not
    #[arg(
        long,
        env = "UNKEY_MCP_SUMMARY",
        action = ArgAction::Set,
        value_parser = BoolishValueParser::new(),
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value = "true"
    )]
    summary: bool,
}

/// As a rule of thumb; each model counts its own way.
const BYTES_OF_A_TOKEN: usize = 4;

impl AnswerFlags {
    pub(super) const fn answers(&self) -> Answers {
        Answers {
            dynamic: self.dynamic,
            most_bytes: self.max_answer * BYTES_OF_A_TOKEN,
            summaries: self.summary,
        }
    }
}
