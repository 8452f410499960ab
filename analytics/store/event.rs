//! What is kept of what happened.

/// Something that happened once.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was verified.
    Verification(Verification),
    /// A rate limit was checked.
    Ratelimit(RatelimitCheck),
}

/// One verification of a key, as `key_verifications_v1` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
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

/// One check of a rate limit, as `ratelimits_v1` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RatelimitCheck {
    /// The request that asked for it.
    pub request_id: String,
    /// When it was checked, in Unix milliseconds.
    pub time: i64,
    /// Whose it is. A question sees the events of one workspace only.
    pub workspace_id: String,
    /// The namespace of the limit.
    pub namespace_id: String,
    /// Who was limited.
    pub identifier: String,
    /// Whether the limit let it through.
    pub passed: bool,
    /// How long it took, in milliseconds.
    pub latency: f64,
    /// The override that took the place of the limit; empty where none did.
    pub override_id: String,
    /// The limit.
    pub limit: i64,
    /// What was left of it afterwards.
    pub remaining: i64,
    /// When its window ends, in Unix milliseconds.
    pub reset_at: i64,
    /// What it cost, or would have.
    pub tokens: i64,
}
