//! Why a call is not carried out until a person agrees.

use std::fmt;

/// A question to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked, with the facts.
    pub text: String,
    /// What would be done, in a few words.
    pub title: &'static str,
    /// What the person has to type for a yes; a plain yes where there is nothing.
    pub typed: Option<String>,
    /// What has to come back with the answer, as it is.
    pub state: String,
}

impl Ask {
    /// The form's field for a plain yes.
    pub const YES: &str = "confirm";
    /// The form's field for the name.
    pub const NAME: &str = "name";
}

/// Why a call is not carried out. Prints for the model that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    /// A person has to be asked first.
    Ask(Ask),
    /// The client cannot ask; the model has to, and call again with a token.
    Token {
        /// The tool.
        tool: &'static str,
        /// What a person should know.
        text: String,
        /// What says in the second call that they do.
        token: String,
    },
    /// The client answered for the person.
    NotShown,
    /// The person said no.
    Refused,
    /// The confirmation belongs to another call, another caller or another process, or was altered.
    Foreign,
    /// The confirmation came too late.
    Expired,
    /// The confirmation was used before.
    Spent,
    /// More confirmations were used lately than can be remembered.
    Crowded,
    /// The system gives no random numbers to seal with.
    NoRandomness,
    /// The server has no such operation, so that a person's word would change nothing.
    Older {
        /// The operation.
        operation: &'static str,
        /// What to do without it.
        instead: &'static str,
    },
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = match self {
            Self::Older { operation, instead } => {
                return write!(
                    f,
                    "Nothing was done, and nobody was asked: the server has no such operation.\n\
                     Next: this Unkey is older than {operation}, which came after June 2026: {instead}."
                );
            }
            Self::Ask(ask) => {
                return write!(
                    f,
                    "Nothing was done: a person has to agree first.\n{}",
                    ask.text
                );
            }
            Self::Token { tool, text, token } => {
                return write!(
                    f,
                    "Nothing was done: a person has to agree first (--confirm always), and this \
                     client cannot ask.\n\n{text}\n\n\
                     Next: show the person these facts and ask. Only if they agree, call {tool} \
                     again with the same arguments and `confirm`: \"{token}\". It is valid for five \
                     minutes, once."
                );
            }
            Self::NotShown => {
                "Nothing was done: a person has to agree first, and the client refused the question \
                 at once, so nobody saw it.\n\
                 Next: tell the person that this client did not show the question. It can be done \
                 with a client that does, or by hand; with `--confirm never` the server's operator \
                 leaves it to the client's own approval."
            }
            Self::Refused => {
                "Nothing was done: the person was asked and said no.\n\
                 Next: do not try it again, and not in another way, unless the person asks for it."
            }
            Self::Foreign => {
                "Nothing was done: the confirmation is not for this call, this caller and these \
                 arguments, or the server was restarted since.\n\
                 Next: call again without it, and the question is asked anew."
            }
            Self::Expired => {
                "Nothing was done: nobody agreed within five minutes of the question.\n\
                 Next: when the person is there, call again without a confirmation."
            }
            Self::Spent => {
                "Nothing was done this time: the confirmation was used before, and is good for one \
                 call.\n\
                 Next: see first whether the earlier call did it; to do it once more, call again \
                 without a confirmation."
            }
            Self::Crowded => {
                "Nothing was done: too many confirmations in the last five minutes.\n\
                 Next: wait a few minutes, then call again without a confirmation."
            }
            Self::NoRandomness => {
                "Nothing was done: the server's system gives no random numbers, without which no \
                 confirmation is safe.\n\
                 Next: tell whoever runs this server."
            }
        };
        f.write_str(told)
    }
}
