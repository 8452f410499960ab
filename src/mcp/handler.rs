//! What the server answers: the list of tools, and their calls.

use std::borrow::Cow;
use std::sync::Arc;

use ::http::request::Parts;
use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    CustomRequest, CustomResult, DiscoverResult, GetPromptRequestParams, GetPromptResponse,
    GetSkillRequestParams, GetSkillResult, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult,
    ListToolsResult, PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams,
    ReadResourceResponse, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use tracing::{error, warn};

use super::dynamic::{self, Step};
use super::guarded::guarded;
use super::lenient_call::lenient_call;
use super::progress::Teller;
use super::scope::{ConnectionScope, Scope};
use super::{about, guides, observed, result, tool, undeclared};
use crate::calls::{Busy, Calls};
use crate::dispatch::Dispatcher;
use crate::inventory::{Inventory, Server};
use crate::observe::{Call, ClientName, Observer, Outcome, UNKNOWN_TOOL, shown};
use crate::panics::{Panicked, caught, faults};

/// The name in the log of a method whose parameters have the wrong types.
const UNREADABLE: &str = "unreadable";

/// How long a client may keep a list: it changes with a restart, or with the configuration file.
pub(super) const LIST_TTL_MS: u64 = 300_000;

/// An MCP server. Cheap to clone: over HTTP every request is answered by a clone.
#[derive(Clone, Debug)]
pub struct Handler {
    pub(super) dispatcher: Dispatcher,
    observer: Observer,
    /// The scope where no request brings its own.
    scope: Arc<ConnectionScope>,
    /// Whose words a client is told on connecting.
    server: Server,
}

impl Handler {
    /// A server whose requests all have `scope`, unless they bring their own.
    pub fn new(dispatcher: Dispatcher, observer: Observer, scope: ConnectionScope) -> Self {
        observer.metrics().limit_hits.declare(Busy::LIMITS);
        Self {
            dispatcher,
            observer,
            scope: Arc::new(scope),
            server: Server::Keys,
        }
    }

    /// The same, as one server of several.
    #[must_use]
    pub const fn named(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// The calls under way, of all handlers of this server.
    pub(crate) const fn calls(&self) -> &Calls {
        self.dispatcher.calls()
    }

    /// Who writes requests down.
    pub(super) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// The scope of one request: what the HTTP side attached to it, or that of the connection.
    pub(super) fn scope(&self, context: &RequestContext<RoleServer>) -> Arc<Scope> {
        context
            .extensions
            .get::<Parts>()
            .and_then(|parts| parts.extensions.get::<Arc<Scope>>())
            .cloned()
            .unwrap_or_else(|| self.scope.now())
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(about::capabilities())
            .with_server_info(about::implementation())
            .with_instructions(about::instructions(self.server))
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(ProtocolVersion::KNOWN_VERSIONS)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let result = self.negotiate_initialize(&request)?;
        let info = &request.client_info;
        let name = ClientName::new(&info.name, &info.version);
        // What was agreed on, and not what was asked for, decides the form of later answers.
        let client = request.with_protocol_version(result.protocol_version.clone());
        context.peer.set_peer_info(client);
        // Only now it is known who asks.
        self.observer.connected(name);
        self.observe(&context, "initialize").end(Outcome::Ok);
        Ok(result)
    }

    async fn ping(&self, context: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.observe(&context, "ping").end(Outcome::Ok);
        Ok(())
    }

    async fn discover(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        self.observe(&context, "server/discover").end(Outcome::Ok);
        self.observer.connected(observed::client(&context));
        let versions = self.supported_protocol_versions().into_owned();
        Ok(DiscoverResult::from_server_info(versions, self.get_info())
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Public))
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        guarded("tools/list", async { self.list(request, &context) }).await
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let entry = unkey_tools::find(name)?;
        let alone = Inventory::of(|one| one.name == entry.name);
        tool::list(alone, self.dispatcher.secrets()).pop()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        guarded("tools/call", self.call(request, &context)).await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        // A call whose parts have the wrong types reaches us as a method nobody knows. Arguments
        // sent as text are known from several clients, and what they mean is plain.
        if request.method != "tools/call" {
            self.observe(&context, UNREADABLE).end(Outcome::Mistake);
            return Err(undeclared::wrong_parameters(&request.method));
        }
        let call =
            lenient_call(request.params).map_err(|what| ErrorData::invalid_params(what, None))?;
        let modern = is_modern(&context);
        let result = match self.call_tool(call, context).await? {
            CallToolResponse::Complete(mut result) => {
                if !modern {
                    result.result_type = None;
                }
                serde_json::to_value(result)
            }
            CallToolResponse::InputRequired(question) => serde_json::to_value(question),
            _ => return Err(ErrorData::internal_error("no tool answers so", None)),
        };
        result
            .map(CustomResult::new)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    #[expect(deprecated, reason = "clients of the older protocols still send it")]
    async fn set_level(
        &self,
        _request: rmcp::model::SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        // Some clients send it unasked and show an error where it is refused.
        self.observe(&context, "logging/setLevel").end(Outcome::Ok);
        Ok(())
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        self.told(&context, "prompts/list", Ok(guides::prompts()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let prompt = guides::prompt(request).map(Into::into);
        self.told(&context, "prompts/get", prompt)
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        self.told(&context, "resources/list", Ok(guides::resources()))
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        self.told(
            &context,
            "resources/templates/list",
            Ok(guides::templates()),
        )
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let text = guides::read(self, &request.uri, &self.scope(&context)).map(Into::into);
        self.told(&context, "resources/read", text)
    }

    async fn list_skills(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        self.told(&context, "skills/list", Ok(guides::skills()))
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        self.told(&context, "skills/get", guides::skill_at(&request.uri))
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let scope = self.scope(&context);
        let upstream = observed::upstream(&context);
        let values = guides::complete(&request, &self.dispatcher, &scope, &upstream).await;
        self.told(&context, "completion/complete", Ok(values))
    }
}

impl Handler {
    /// Begins to observe a request.
    fn observe(&self, context: &RequestContext<RoleServer>, method: &'static str) -> Call {
        observed::begin(&self.observer, context, method, &self.scope(context))
    }

    /// Notes how a request ended that needs nobody else.
    fn told<T>(
        &self,
        context: &RequestContext<RoleServer>,
        method: &'static str,
        answer: Result<T, ErrorData>,
    ) -> Result<T, ErrorData> {
        self.observe(context, method).end(match answer {
            Ok(_) => Outcome::Ok,
            Err(_) => Outcome::Mistake,
        });
        answer
    }

    fn list(
        &self,
        request: Option<PaginatedRequestParams>,
        context: &RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let scope = self.scope(context);
        let mut call = observed::begin(&self.observer, context, "tools/list", &scope);
        let cursor = request.and_then(|request| request.cursor);
        // Some clients begin with an empty one.
        if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
            faults::strike_text(&cursor);
            call.end(Outcome::Mistake);
            return Err(ErrorData::invalid_params(
                "the list has one page: send no cursor",
                None,
            ));
        }
        let tools = tool::offered(&scope, self.dispatcher.secrets());
        let mut list = ListToolsResult::with_all_items(tools);
        if is_modern(context) {
            self.observer.connected(observed::client(context));
            list = list
                .with_ttl_ms(LIST_TTL_MS)
                .with_cache_scope(CacheScope::Private);
            list.meta = Some(about::server_info());
        }
        call.end(Outcome::Ok);
        Ok(list)
    }

    async fn call(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let scope = self.scope(context);
        let request = match dynamic::step(request, &scope, self.dispatcher.secrets()) {
            Ok(Step::Call(request)) => request,
            Ok(Step::Answer(result)) => return self.told(context, "tools/call", Ok(result.into())),
            Err(mistake) => return self.told(context, "tools/call", Err(mistake)),
        };
        let entry =
            unkey_tools::find(&request.name).filter(|entry| scope.inventory.contains(entry));
        // Dropped after the record: stopping waits until that is written.
        let _attended = self.calls().track();
        let mut call = observed::begin(&self.observer, context, "tools/call", &scope);
        let Some(entry) = entry else {
            call.record.tool = Some(UNKNOWN_TOOL);
            call.end(Outcome::UnknownTool);
            return Err(tool::unknown(&request.name, scope.inventory));
        };
        observed::tool(&mut call, entry);
        let upstream = observed::upstream(context);
        let teller = Teller::new(context);
        let carried = self.carry_out(entry, request, context, &upstream, &mut call, &teller);
        // On the heap: every future around it would hold room for it.
        let carried = teller.beside(Box::pin(caught(carried)));
        let result = tokio::select! {
            biased;
            // Neither a cancellation nor a client that went away drops this future by itself.
            () = context.ct.cancelled() => {
                return Err(ErrorData::internal_error(result::cancelled(Some(entry)), None));
            }
            result = carried => Ok(result),
            () = self.calls().cut_off() => Err(CutOff),
        };
        let mut result = match result {
            Ok(Ok(CallToolResponse::Complete(result))) => result,
            Ok(Ok(question)) => return Ok(question),
            Ok(Err(Panicked)) => {
                call.end(Outcome::Panicked);
                error!(tool = entry.name, "the call broke off with a panic");
                return Err(ErrorData::internal_error(result::panicked(entry), None));
            }
            Err(CutOff) => {
                call.end(Outcome::Stopped);
                warn!(
                    tool = entry.name,
                    request = shown::name(&context.id.to_string()),
                    "cut off: the server stops"
                );
                result::cut_off(entry)
            }
        };
        if is_modern(context) {
            result.meta = Some(about::server_info());
        }
        Ok(result.into())
    }
}

/// The server stops, and gives up what is still under way.
struct CutOff;

/// Whether the client speaks 2026-07-28 or later, where every request stands alone.
pub(super) fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    context
        .protocol_version()
        .is_some_and(|version| !version.has_initialize())
}
