//! Lines of a limited length.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// Reads lines. A line that is too long is told once and passed over; no more than the limit is
/// ever kept.
#[derive(Debug)]
pub struct Lines<R> {
    reader: BufReader<R>,
    /// What was read of the line so far. It lives here and not in [`Self::next`], whose future may
    /// be dropped at any time.
    line: Vec<u8>,
    limit: usize,
    /// Whether the rest of a line that is too long is being passed over.
    skipping: bool,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A line without its end.
    Whole(Vec<u8>),
    /// The beginning of a line that is too long.
    TooLong(Vec<u8>),
    /// There is no more.
    End,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Reads from `reader`; no line may have more than `limit` bytes.
    pub fn new(reader: R, limit: usize) -> Self {
        Self {
            reader: BufReader::new(reader),
            line: Vec::new(),
            limit,
            skipping: false,
        }
    }

    /// The next line. Dropping the future loses nothing.
    ///
    /// # Errors
    /// Where nothing can be read.
    pub async fn next(&mut self) -> io::Result<Line> {
        loop {
            let read = self.reader.fill_buf().await?;
            if read.is_empty() {
                // The last line may lack its end.
                let last = std::mem::take(&mut self.line);
                let nothing = last.is_empty() || self.skipping;
                return Ok(if nothing {
                    Line::End
                } else {
                    Line::Whole(last)
                });
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let part = read.get(..end.unwrap_or(read.len())).unwrap_or_default();
            let fits = self.line.len() + part.len() <= self.limit;
            if fits && !self.skipping {
                self.line.extend_from_slice(part);
            }
            let consumed = end.map_or(read.len(), |end| end + 1);
            self.reader.consume(consumed);
            let told = self.skipping;
            self.skipping = end.is_none() && (told || !fits);
            if told {
                continue;
            }
            if !fits {
                return Ok(Line::TooLong(std::mem::take(&mut self.line)));
            }
            if end.is_some() {
                return Ok(Line::Whole(std::mem::take(&mut self.line)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(text, 5);
        let mut all = Vec::new();
        loop {
            match lines.next().await.unwrap() {
                Line::End => return all,
                line => all.push(line),
            }
        }
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn the_last_line_needs_no_end() {
        assert_eq!(all(b"one\ntwo").await, [whole("one"), whole("two")]);
        assert_eq!(all(b"one\n\n").await, [whole("one"), whole("")]);
        assert_eq!(all(b"").await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_told_once_and_passed_over() {
        let long = vec![b'x'; 100_000];
        for end in [&b"\n"[..], b""] {
            let text = [b"one\n", &long[..], end].concat();
            let lines = all(&text).await;
            assert_eq!(lines.first(), Some(&whole("one")));
            assert!(matches!(lines.get(1), Some(Line::TooLong(_))));
            assert_eq!(lines.len(), 2);
        }
        let text = [&long[..], b"\n12345\n123456\ntwo"].concat();
        let lines = all(&text).await;
        assert!(matches!(lines.first(), Some(Line::TooLong(_))));
        assert_eq!(lines.get(1), Some(&whole("12345")));
        assert!(matches!(lines.get(2), Some(Line::TooLong(_))));
        assert_eq!(lines.get(3), Some(&whole("two")));
    }
}
