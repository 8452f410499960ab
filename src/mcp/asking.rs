//! How a question reaches a person: by the client's form, in the way that its protocol has.

use std::collections::BTreeMap;
use std::mem::take;

use ::http::request::Parts;
use rmcp::model::{
    BooleanSchema, CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, PrimitiveSchemaDefinition,
    StringSchema,
};
use rmcp::service::{RequestContext, RoleServer, ServiceError};
use serde_json::{Map, Value};
use unkey_tools::Entry;

use super::about;
use super::handler::is_modern;
use crate::confirm::{self, Answer, Ask, Asked, Reply, Unconfirmed};

/// The name of the question among those that a client is handed.
const QUESTION: &str = "confirm";

/// How often one call of an older client asks: what was meant may be mistyped, or have changed.
const MOST: usize = 5;

/// The asking of one call.
pub(super) struct Asking {
    way: Way,
    asked: Asked,
    /// Whether the arguments may be needed once more.
    may_repeat: bool,
    left: usize,
}

/// How a client asks its person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is handed the question as the answer, and calls again.
    Rounds,
    /// It is sent the question while the call is under way.
    Within,
    /// It does not.
    Never,
}

/// What became of a question.
pub(super) enum Carried {
    /// It was answered: the call is to be made again.
    Answered,
    /// The client has it.
    Handed(InputRequiredResult),
    /// Nothing is to be asked.
    Ended(Unconfirmed),
}

impl Asking {
    /// For a call of `entry`. What came back of an earlier question is taken out of the request.
    pub(super) fn new(
        entry: &Entry,
        request: &mut CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Self {
        let way = way(context);
        let reply = (way == Way::Rounds).then(|| reply(request)).flatten();
        Self {
            way,
            asked: Asked {
                can_be_asked: way != Way::Never,
                reply,
            },
            may_repeat: way == Way::Within && confirm::takes_token(entry),
            left: MOST,
        }
    }

    /// How the client can be asked, and what it answered.
    pub(super) const fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The arguments for the next round.
    pub(super) fn sent(&self, arguments: &mut Map<String, Value>) -> Map<String, Value> {
        if self.may_repeat {
            arguments.clone()
        } else {
            take(arguments)
        }
    }

    /// Has the client ask, where there is a question.
    pub(super) async fn carry(
        &mut self,
        unconfirmed: Unconfirmed,
        context: &RequestContext<RoleServer>,
    ) -> Carried {
        let ask = match unconfirmed {
            Unconfirmed::Ask(ask) => ask,
            ended => return Carried::Ended(ended),
        };
        if self.way == Way::Rounds {
            return Carried::Handed(handed(ask));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Carried::Ended(Unconfirmed::Refused);
        };
        self.left = left;
        let state = ask.state.clone();
        let asked = context
            .peer
            .create_elicitation_with_timeout(form(ask), Some(confirm::VALID))
            .await;
        let answer = match asked {
            Ok(result) => answer(&result.action, result.content),
            Err(ServiceError::Timeout { .. }) => Answer::Late,
            Err(_) => Answer::Failed,
        };
        self.asked.reply = Some(Reply { state, answer });
        Carried::Answered
    }
}

/// How the client asks, by what it says of itself. Over HTTP an older client could not be reached:
/// no session is kept for it.
fn way(context: &RequestContext<RoleServer>) -> Way {
    let elicitation = context
        .client_capabilities()
        .and_then(|capabilities| capabilities.elicitation);
    // Before there were others, a form was all there was.
    let shows_forms =
        elicitation.is_some_and(|declared| declared.form.is_some() || declared.url.is_none());
    match shows_forms {
        true if is_modern(context) => Way::Rounds,
        true if context.extensions.get::<Parts>().is_none() => Way::Within,
        _ => Way::Never,
    }
}

/// The answer that a client brings along.
fn reply(request: &mut CallToolRequestParams) -> Option<Reply> {
    let state = request.request_state.take()?;
    let mut responses = request.input_responses.take()?;
    let mut response = responses.remove(QUESTION)?;
    let content = response.get_mut("content").map(Value::take);
    let action = serde_json::from_value(response.get_mut("action")?.take()).ok()?;
    let answer = answer(&action, content);
    Some(Reply { state, answer })
}

fn answer(action: &ElicitationAction, content: Option<Value>) -> Answer {
    match (action, content) {
        (ElicitationAction::Accept, Some(Value::Object(form))) => Answer::Form(form),
        (ElicitationAction::Accept, _) => Answer::Form(Map::new()),
        _ => Answer::No,
    }
}

/// The answer to a call that hands the question over.
fn handed(ask: Ask) -> InputRequiredResult {
    let state = ask.state.clone();
    let request = InputRequest::Elicitation(ElicitRequest::new(form(ask)));
    let requests = InputRequests::from([(QUESTION.to_owned(), request)]);
    InputRequiredResult::new(Some(requests), Some(state)).with_meta(about::server_info())
}

/// The form: a plain yes, or a name to type.
fn form(ask: Ask) -> ElicitRequestParams {
    let mut message = ask.text;
    let (field, schema) = if let Some(name) = ask.typed {
        // Not every client shows what a field is for.
        message.push_str("\n\nIt is in use. Type its name to agree: ");
        message.push_str(&name);
        let schema = StringSchema::new()
            .title("Its name")
            .description(format!("Type {name} to agree."));
        (Ask::NAME, PrimitiveSchemaDefinition::String(schema))
    } else {
        let schema = BooleanSchema::new()
            .title(ask.title)
            .description("Yes, do it.");
        (Ask::YES, PrimitiveSchemaDefinition::Boolean(schema))
    };
    let fields = BTreeMap::from([(field.to_owned(), schema)]);
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: ElicitationSchema::new(fields).with_required(vec![field.to_owned()]),
    }
}
