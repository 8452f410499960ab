//! A call that ended, as a line of JSON.

use serde_json::Value;

use super::call::CallRecord;

/// The members of a call's line, made once for the log and the audit trail.
#[derive(Debug)]
pub(super) struct CallMembers(Vec<u8>);

impl CallMembers {
    /// The members that tell of `call`.
    ///
    /// # Errors
    /// Where the record cannot be written as JSON, which is a fault of this program.
    pub(super) fn of(call: &CallRecord) -> serde_json::Result<Self> {
        serde_json::to_vec(call).map(Self)
    }

    /// An object with these members after those of `first`, and a line's end.
    pub(super) fn line(&self, first: &[(&str, &str)]) -> Vec<u8> {
        let mut line = Vec::with_capacity(self.0.len() + 128);
        for (name, value) in first {
            let separator = if line.is_empty() { '{' } else { ',' };
            line.extend(format!("{separator}\"{name}\":{}", Value::from(*value)).bytes());
        }
        // An object's own brace becomes what separates it from the first members.
        line.push(b',');
        line.extend_from_slice(self.0.get(1..).unwrap_or_default());
        line.push(b'\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::RequestId;
    use crate::root_key::Transport;

    #[test]
    fn a_line_is_one_object_of_what_comes_first_and_the_call() {
        let record = CallRecord::new(Transport::Http, "tools/call", RequestId::new());
        let line = CallMembers::of(&record).unwrap();
        let line = line.line(&[("time", "now"), ("message", "\"quoted\"\n")]);
        let text = std::str::from_utf8(&line).unwrap();
        assert_eq!(text.find('\n'), Some(text.len() - 1));
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read["time"], "now");
        assert_eq!(read["message"], "\"quoted\"\n");
        assert_eq!(read["method"], "tools/call");
        assert_eq!(read["outcome"], "cancelled");
        assert_eq!(read.as_object().unwrap().len(), 13);
    }
}
