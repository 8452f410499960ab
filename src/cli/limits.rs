//! The flags of `serve` that bound what clients may use of it.

use std::time::Duration;

use clap::Args;

use crate::error::StartError;
use crate::http::Limits;

/// The longest time that any limit may be set to: a day.
const MAX_SECONDS: f64 = 86_400.0;

/// The smallest and the largest limit for one body.
const MIN_BODY: usize = 1024;
const MAX_BODY: usize = 1024 * 1024 * 1024;

#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitFlags {
    /// Connections served at once [default: 4096, or as many as open files allow]
    #[arg(long, env = "UNKEY_MCP_MAX_CONNECTIONS", value_name = "NUMBER")]
    max_connections: Option<usize>,
    /// The longest body of a request to /mcp, as bytes or such as 4MiB
    #[arg(
        long,
        env = "UNKEY_MCP_MAX_BODY",
        value_name = "BYTES",
        default_value = "4MiB"
    )]
    max_body: String,
    /// What all large bodies may take at once
    #[arg(
        long,
        env = "UNKEY_MCP_MAX_BODY_MEMORY",
        value_name = "BYTES",
        default_value = "64MiB"
    )]
    max_body_memory: String,
    /// Seconds for a request's head
    #[arg(
        long,
        env = "UNKEY_MCP_HEAD_TIMEOUT",
        value_name = "SECONDS",
        default_value = "10"
    )]
    head_timeout: f64,
    /// Seconds for a request's body
    #[arg(
        long,
        env = "UNKEY_MCP_BODY_TIMEOUT",
        value_name = "SECONDS",
        default_value = "30"
    )]
    body_timeout: f64,
    /// Seconds for which a connection is kept between requests
    #[arg(
        long,
        env = "UNKEY_MCP_IDLE_TIMEOUT",
        value_name = "SECONDS",
        default_value = "75"
    )]
    idle_timeout: f64,
    /// Seconds in which a client must take an answer
    #[arg(
        long,
        env = "UNKEY_MCP_ANSWER_TIMEOUT",
        value_name = "SECONDS",
        default_value = "30"
    )]
    answer_timeout: f64,
}

impl LimitFlags {
    pub(super) fn parse(&self) -> Result<Limits, StartError> {
        if self.max_connections == Some(0) {
            return Err(usage("--max-connections must be at least 1"));
        }
        let max_body = bytes("--max-body", &self.max_body)?;
        if !(MIN_BODY..=MAX_BODY).contains(&max_body) {
            return Err(usage(format!(
                "--max-body must be from 1KiB to 1GiB, got {}",
                self.max_body
            )));
        }
        let max_body_memory = bytes("--max-body-memory", &self.max_body_memory)?;
        if max_body_memory < max_body {
            return Err(usage(format!(
                "--max-body-memory {} is less than one body may take (--max-body {}); raise it",
                self.max_body_memory, self.max_body
            )));
        }
        Ok(Limits {
            max_connections: self.max_connections,
            max_body,
            max_body_memory,
            head_timeout: seconds("--head-timeout", self.head_timeout)?,
            body_timeout: seconds("--body-timeout", self.body_timeout)?,
            idle_timeout: seconds("--idle-timeout", self.idle_timeout)?,
            answer_timeout: seconds("--answer-timeout", self.answer_timeout)?,
        })
    }
}

/// A time that a flag gives in seconds.
fn seconds(flag: &str, value: f64) -> Result<Duration, StartError> {
    if (0.1..=MAX_SECONDS).contains(&value) {
        Ok(Duration::from_secs_f64(value))
    } else {
        Err(usage(format!(
            "{flag} must be from 0.1 to {MAX_SECONDS} seconds, got {value}"
        )))
    }
}

/// A number of bytes, perhaps with a unit: `4194304`, `4MiB`, `4MB`.
fn bytes(flag: &str, text: &str) -> Result<usize, StartError> {
    let text = text.trim();
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = text.strip_prefix(digits).unwrap_or_default().trim();
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "kib" | "k" => Some(1 << 10),
        "mib" | "m" => Some(1 << 20),
        "gib" | "g" => Some(1 << 30),
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        _ => None,
    };
    factor
        .zip(digits.parse::<usize>().ok())
        .and_then(|(factor, number)| number.checked_mul(factor))
        .ok_or_else(|| {
            usage(format!(
                "{flag} takes bytes such as 4194304 or 4MiB, got `{text}`"
            ))
        })
}

fn usage(message: impl Into<String>) -> StartError {
    StartError::Usage(message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_may_have_a_unit() {
        for (text, expected) in [
            ("4194304", 4_194_304),
            ("4MiB", 4 << 20),
            (" 4 mib ", 4 << 20),
            ("4M", 4 << 20),
            ("4MB", 4_000_000),
            ("64KiB", 64 << 10),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(bytes("--max-body", text).unwrap(), expected, "{text}");
        }
        for text in ["", "MiB", "-1", "1.5MiB", "4 bananas", "99999999999GiB"] {
            let error = bytes("--max-body", text).unwrap_err().to_string();
            assert!(error.contains("--max-body"), "{text}: {error}");
        }
    }

    #[test]
    fn times_have_bounds() {
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e18] {
            assert!(seconds("--head-timeout", value).is_err(), "{value}");
        }
        assert_eq!(
            seconds("--head-timeout", 0.5).unwrap(),
            Duration::from_millis(500)
        );
    }
}
