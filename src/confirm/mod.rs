//! A person's word before something is lost.
//!
//! [`Confirmation::pending`] says whether a call has to wait for it, by what the call would do
//! (`deed.rs`) and whether there is a way to ask. [`Confirmation::settle`] looks up what a person
//! should know (`facts/`), finds out what would be taken away (`removal.rs`), and asks
//! (`question.rs`) or takes the answer. Whoever made the call carries the question to a person and
//! makes the call again with the answer, so nothing of it is kept here: what was asked goes along,
//! sealed (`seal.rs`), and what was used is remembered (`spent.rs`).

mod bound;
mod deed;
mod facts;
mod lookup;
mod question;
mod removal;
mod seal;
mod spent;
mod unconfirmed;
mod words;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use unkey_local::{Clock, Random, SystemClock, SystemRandom};
use unkey_tools::Entry;

use self::deed::Deed;
pub use self::lookup::Lookup;
use self::question::Question;
use self::seal::{Bound, Opened, Seal};
use self::spent::{Spent, Unspendable};
pub use self::unconfirmed::{Ask, Unconfirmed};
use crate::settings::ConfirmMode;

/// How long an answer is taken after its question.
pub const VALID: Duration = Duration::from_mins(5);

/// Nobody reads a question and refuses within this time.
const HUMAN: Duration = Duration::from_secs(1);

/// The argument in which a token comes back.
pub const ARGUMENT: &str = "confirm";

/// Whether the list tells of the argument for a token in this tool, where a token may be asked for.
pub const fn takes_token(entry: &Entry) -> bool {
    entry.effect.is_destructive()
}

/// Has a person agree before something is lost. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Confirmation {
    mode: ConfirmMode,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    seal: Seal,
    spent: Spent,
}

/// How whoever calls can be asked, and what came back from an earlier question.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Whether questions reach a person.
    pub can_be_asked: bool,
    /// What came back.
    pub reply: Option<Reply>,
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What was sealed with the question.
    pub state: String,
    /// What the person, or the client, answered.
    pub answer: Answer,
}

/// What was answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The form, filled in.
    Form(Map<String, Value>),
    /// No.
    No,
    /// The client could not ask.
    Failed,
    /// Nobody answered in time.
    Late,
}

/// What is asked of a call before anything else: its arguments as they were sent, and the token
/// that came with them.
#[derive(Debug)]
pub struct Sent {
    arguments: [u8; 32],
    token: Option<String>,
}

/// A call that has to wait for a person's word.
#[derive(Debug)]
pub struct Pending<'a> {
    entry: &'static Entry,
    body: &'a Value,
    deed: Deed,
    sent: Sent,
    way: Way<'a>,
}

/// How a person is asked.
#[derive(Debug)]
enum Way<'a> {
    /// By a form.
    Form(Option<&'a Reply>),
    /// By the model, which brings a token.
    Token,
}

impl Confirmation {
    /// Asks as `mode` says.
    pub fn new(mode: ConfirmMode, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let shared = Shared {
            clock,
            seal: Seal::new(random),
            spent: Spent::default(),
        };
        Self {
            mode,
            shared: Arc::new(shared),
        }
    }

    /// Asks as `mode` says, with the system's clock and randomness.
    pub fn of_system(mode: ConfirmMode) -> Self {
        Self::new(mode, Arc::new(SystemClock::new()), Arc::new(SystemRandom))
    }

    /// The same for callers who are asked in another way.
    #[must_use]
    pub fn in_mode(&self, mode: ConfirmMode) -> Self {
        Self {
            mode,
            shared: Arc::clone(&self.shared),
        }
    }

    /// Whether calls may need a token.
    pub const fn may_want_token(&self) -> bool {
        matches!(self.mode, ConfirmMode::Always)
    }

    /// Takes the token out of the arguments that were sent. To be called before anything else looks
    /// at them.
    pub fn receive(&self, entry: &Entry, arguments: &mut Map<String, Value>) -> Sent {
        let token = (self.may_want_token() && takes_token(entry))
            .then(|| arguments.shift_remove(ARGUMENT))
            .flatten();
        Sent {
            arguments: bound::of_arguments(arguments),
            token: token.and_then(|token| token.as_str().map(|token| token.trim().to_owned())),
        }
    }

    /// The call, where a person has to agree to it and there is a way to ask.
    pub fn pending<'a>(
        &self,
        entry: &'static Entry,
        body: &'a Value,
        sent: Sent,
        asked: &'a Asked,
    ) -> Option<Pending<'a>> {
        let way = match (self.mode, asked.can_be_asked) {
            (ConfirmMode::Never, _) | (ConfirmMode::Auto, false) => return None,
            (ConfirmMode::Auto | ConfirmMode::Always, true) => Way::Form(asked.reply.as_ref()),
            (ConfirmMode::Always, false) => Way::Token,
        };
        let deed = deed::deed(entry, body)?;
        Some(Pending {
            entry,
            body,
            deed,
            sent,
            way,
        })
    }

    /// Asks, or takes the answer. What was agreed to may be done once this returns.
    ///
    /// # Errors
    /// [`Unconfirmed`] where nothing may be done.
    pub async fn settle(
        &self,
        pending: Pending<'_>,
        lookup: &Lookup<'_>,
    ) -> Result<(), Unconfirmed> {
        let answered = self.answered(&pending, lookup)?;
        let now = self.shared.clock.now();
        let target = deed::target(pending.body);
        let mut facts = facts::gather(target, pending.body, lookup, now).await;
        let taken = match pending.deed {
            Deed::Certain => Vec::new(),
            Deed::Depends => {
                let taken = removal::taken(pending.entry, pending.body, &facts);
                let end = removal::end(pending.body, &facts, now);
                if taken.is_empty() && end.is_none() {
                    return Ok(());
                }
                facts.usage.extend(end);
                taken
            }
        };
        if answered.is_none()
            && let Some(newer) = pending.entry.newer_operation()
            && lookup.is_older().await
        {
            return Err(Unconfirmed::Older {
                operation: pending.entry.endpoint,
                instead: newer.instead(),
            });
        }
        let question = Question::new(pending.entry, pending.body, &facts, &taken, now);
        let again = match answered {
            None => None,
            Some(Answered { opened, .. }) if opened.shown != question.shown => {
                Some("What you were asked about has changed since. Please look again.")
            }
            Some(Answered { form: None, .. }) => return Ok(()),
            Some(Answered {
                form: Some(form), ..
            }) => match agreed(form, question.typed.as_deref()) {
                Agreed::Yes => return Ok(()),
                Agreed::No => return Err(Unconfirmed::Refused),
                Agreed::Unclear(why) => Some(why),
            },
        };
        Err(self.ask(&pending, lookup, question, again))
    }

    /// What was answered to an earlier question, which is used up by that.
    fn answered<'a>(
        &self,
        pending: &Pending<'a>,
        lookup: &Lookup<'_>,
    ) -> Result<Option<Answered<'a>>, Unconfirmed> {
        let (state, answer) = match &pending.way {
            Way::Token => match &pending.sent.token {
                Some(token) => (token.as_str(), None),
                None => return Ok(None),
            },
            Way::Form(Some(reply)) => (reply.state.as_str(), Some(&reply.answer)),
            Way::Form(None) => return Ok(None),
        };
        let bound = pending.bound(lookup);
        let opened = self
            .shared
            .seal
            .open(&bound, state)
            .ok_or(Unconfirmed::Foreign)?;
        let now = self.shared.clock.elapsed();
        let end = opened.asked.saturating_add(VALID);
        if end < now || matches!(answer, Some(Answer::Late)) {
            return Err(Unconfirmed::Expired);
        }
        match self.shared.spent.spend(opened.nonce, end, now) {
            Ok(()) => {}
            Err(Unspendable::Spent) => return Err(Unconfirmed::Spent),
            Err(Unspendable::Crowded) => return Err(Unconfirmed::Crowded),
        }
        let at_once = now.saturating_sub(opened.asked) < HUMAN;
        let form = match answer {
            None => None,
            Some(Answer::Form(form)) if form.is_empty() && at_once => {
                return Err(Unconfirmed::NotShown);
            }
            Some(Answer::Form(form)) => Some(form),
            Some(Answer::No) if at_once => return Err(Unconfirmed::NotShown),
            Some(Answer::No) => return Err(Unconfirmed::Refused),
            Some(Answer::Failed | Answer::Late) => return Err(Unconfirmed::NotShown),
        };
        Ok(Some(Answered { opened, form }))
    }

    fn ask(
        &self,
        pending: &Pending<'_>,
        lookup: &Lookup<'_>,
        question: Question,
        again: Option<&str>,
    ) -> Unconfirmed {
        let bound = pending.bound(lookup);
        // What was asked counts from the moment at which the question leaves.
        let asked = self.shared.clock.elapsed();
        let Ok(state) = self.shared.seal.seal(&bound, asked, question.shown) else {
            return Unconfirmed::NoRandomness;
        };
        let text = match again {
            Some(again) => format!("{again}\n\n{}", question.text),
            None => question.text,
        };
        match pending.way {
            Way::Form(_) => Unconfirmed::Ask(Ask {
                text,
                title: pending.entry.title,
                typed: question.typed,
                state,
            }),
            Way::Token => Unconfirmed::Token {
                tool: pending.entry.name,
                text,
                token: state,
            },
        }
    }
}

impl Pending<'_> {
    fn bound(&self, lookup: &Lookup<'_>) -> Bound {
        let way = match self.way {
            Way::Form(_) => "form",
            Way::Token => "token",
        };
        bound::of_call(
            [way, &lookup.place(), self.entry.name],
            lookup.caller(),
            &self.sent.arguments,
        )
    }
}

/// An answer to a question that was asked here.
struct Answered<'a> {
    opened: Opened,
    /// What a person filled in; nothing where a token says that they agreed.
    form: Option<&'a Map<String, Value>>,
}

/// Whether a form says yes.
enum Agreed {
    Yes,
    No,
    Unclear(&'static str),
}

fn agreed(form: &Map<String, Value>, typed: Option<&str>) -> Agreed {
    let Some(name) = typed else {
        return match form.get(Ask::YES) {
            Some(Value::Bool(true)) => Agreed::Yes,
            Some(Value::Bool(false)) => Agreed::No,
            _ => Agreed::Unclear("The answer was neither yes nor no. Please answer again."),
        };
    };
    match form.get(Ask::NAME) {
        Some(Value::String(text)) if text.trim() == name => Agreed::Yes,
        _ => Agreed::Unclear("What was typed is something else. Please look again."),
    }
}

#[cfg(test)]
mod tests;
