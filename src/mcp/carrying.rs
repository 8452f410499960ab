//! A call on its way, back and forth with the client where a person has to agree.

use rmcp::model::{CallToolRequestParams, CallToolResponse};
use rmcp::service::{RequestContext, RoleServer};
use unkey_tools::Entry;

use super::asking::{Asking, Carried};
use super::handler::Handler;
use super::progress::Teller;
use super::{observed, result};
use crate::backend::Upstream;
use crate::dispatch::{Listener, Refusal, Request};
use crate::observe::Call;

impl Handler {
    /// Carries out a call.
    pub(super) async fn carry_out(
        &self,
        entry: &'static Entry,
        mut request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
        upstream: &Upstream,
        call: &mut Call,
        teller: &Teller,
    ) -> CallToolResponse {
        let listener = |progress| teller.note(progress);
        let scope = self.scope(context);
        let mut arguments = request.arguments.take().unwrap_or_default();
        let mut asking = Asking::new(entry, &mut request, context);
        loop {
            let request = Request {
                entry,
                arguments: asking.sent(&mut arguments),
                inventory: scope.inventory,
                caller: &scope.caller,
                upstream,
                terms: &scope.terms,
                backend: scope.backend.as_ref(),
                asked: asking.asked(),
                listener: Some(Listener(&listener)),
                permit: None,
            };
            let answer = Box::pin(self.dispatcher.call(request)).await;
            observed::note(call, answer.as_ref(), upstream);
            let refusal = match answer {
                Ok(envelope) => {
                    return result::success(envelope, scope.terms.answers.most_bytes).into();
                }
                Err(refusal) => refusal,
            };
            let refusal = match refusal {
                Refusal::Unconfirmed(unconfirmed) => {
                    match asking.carry(unconfirmed, context).await {
                        Carried::Answered => continue,
                        Carried::Handed(question) => return question.into(),
                        Carried::Ended(unconfirmed) => unconfirmed.into(),
                    }
                }
                refusal => refusal,
            };
            let issuer = self.dispatcher.issuer();
            let most = scope.terms.answers.most_bytes;
            return result::refused(entry, &refusal, &scope.caller, issuer, most).into();
        }
    }
}
