//! A mistake that a schema's validator finds in a value, and where.

use serde_json::Number;

use crate::validator::kind::Kind;

/// One step from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of that name.
    Field(String),
    /// The item at that index, from 0.
    Item(usize),
}

/// A mistake and where it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// From the root to the value that is wrong.
    pub at: Vec<Step>,
    /// From the root of the schema to the keyword that was broken, as `/properties/name/minLength`.
    pub keyword: String,
    /// What is wrong.
    pub mistake: Mistake,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    /// Another kind of value was asked for.
    Type {
        /// The name of the kind that was sent.
        got: &'static str,
        /// What was asked for.
        want: Kind,
        /// Whether `null` would have done.
        or_null: bool,
    },
    /// Fields that must be there are not.
    Missing(Vec<String>),
    /// Fields that do not exist were sent.
    Unknown {
        /// The fields sent.
        names: Vec<String>,
        /// The fields there are.
        known: Vec<String>,
    },
    /// Too many, or none, of fields that exclude each other.
    Choice {
        /// The fields that exclude each other.
        of: Vec<String>,
        /// Which of them were sent.
        sent: Vec<String>,
        /// Whether one of them must be there.
        is_required: bool,
    },
    /// None of these fields was sent, and one must be.
    NoneOf(Vec<String>),
    /// The text is none of these.
    NotOneOf(Vec<String>),
    /// The text has characters or a form that the pattern does not allow.
    Pattern {
        /// What was sent.
        value: String,
        /// The regular expression.
        pattern: String,
    },
    /// A number is below or above its bound.
    Bound {
        /// What was sent.
        got: f64,
        /// The bound.
        want: f64,
        /// The broken keyword: `minimum` or `maximum`.
        keyword: &'static str,
    },
    /// A number is between two steps.
    NotMultiple {
        /// What was sent.
        got: f64,
        /// The step.
        of: f64,
    },
    /// An integer is wider than 64 bits.
    TooWide {
        /// What was sent.
        got: Number,
        /// The bound that it is beyond.
        bound: i64,
    },
    /// There are too few or too many characters, items or fields.
    Size {
        /// How many there are.
        got: usize,
        /// The bound.
        want: usize,
        /// The broken keyword, such as `minLength`.
        keyword: &'static str,
    },
}
