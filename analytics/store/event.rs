//! What is kept of one verification.

/// One verification of a key, as `key_verifications_v1` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The request that asked for it.
    pub request_id: String,
    /// When it ended, in Unix milliseconds.
    pub time: i64,
    /// Whose it is. A question sees the events of one workspace only.
    pub workspace_id: String,
    /// The key space of the key.
    pub key_space_id: String,
    /// The identity behind the key; empty where there is none.
    pub identity_id: String,
    /// The identity's name outside Unkey; empty where there is none.
    pub external_id: String,
    /// The key.
    pub key_id: String,
    /// Where it was verified.
    pub region: String,
    /// `VALID`, or why not.
    pub outcome: String,
    /// The tags that the request gave.
    pub tags: Vec<String>,
    /// The credits that it cost.
    pub spent_credits: i64,
    /// How long it took, in milliseconds.
    pub latency: f64,
}
