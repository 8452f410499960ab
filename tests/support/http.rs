//! An MCP client over streamable HTTP.

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::rpc::Era;
use super::{KEY, within};

/// An endpoint, and what a client sends to it with every request.
#[derive(Clone)]
pub(crate) struct Endpoint {
    client: Client,
    url: String,
    era: Era,
    headers: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Endpoint {
    pub(super) fn new(client: Client, url: String) -> Self {
        Self {
            client,
            url,
            era: Era::Modern,
            headers: Vec::new(),
        }
    }

    /// The same, for a client of another age.
    pub(crate) fn era(mut self, era: Era) -> Self {
        self.era = era;
        self
    }

    /// The same with a header more.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with the root key of all tests.
    pub(crate) fn with_key(self) -> Self {
        self.header("MCP-UNKEY-BEARER-AUTH", KEY)
    }

    /// A POST of `body` with the headers that are sent with everything.
    pub(crate) fn post(&self, body: String) -> RequestBuilder {
        let mut request = self
            .client
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .body(body);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// The request that calls `method`.
    pub(crate) fn message(&self, method: &str, params: Value) -> RequestBuilder {
        let named = if method == "resources/read" {
            "uri"
        } else {
            "name"
        };
        let name = params[named].as_str().map(str::to_owned);
        let body = self.era.request(1, method, params).to_string();
        let mut request = self.post(body);
        if method != "initialize" {
            request = request.header("MCP-Protocol-Version", self.era.version());
        }
        if self.era == Era::Modern {
            request = request.header("Mcp-Method", method);
            if let Some(name) = name {
                request = request.header("Mcp-Name", name);
            }
        }
        request
    }

    /// Calls `method` and returns the JSON-RPC response.
    pub(crate) async fn request(&self, method: &str, params: Value) -> Value {
        let reply = Reply::to(self.message(method, params)).await;
        assert_eq!(reply.kind(), "application/json", "{reply:?}");
        reply.json()
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", params).await
    }

    /// The names of the tools it lists.
    pub(crate) async fn names(&self) -> Vec<String> {
        names(&self.request("tools/list", json!({})).await)
    }
}

impl Reply {
    /// Sends `request` and reads the answer.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = within("an answer over HTTP", request.send()).await.unwrap();
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: within("the answer's body", response.text()).await.unwrap(),
        }
    }

    /// The content type, or nothing.
    pub(crate) fn kind(&self) -> &str {
        let kind = self.headers.get("content-type");
        kind.map_or("", |kind| kind.to_str().unwrap())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("not JSON ({error}): {self:?}"),
        }
    }
}

/// The names in an answer to `tools/list`.
pub(crate) fn names(answer: &Value) -> Vec<String> {
    let tools = answer["result"]["tools"].as_array();
    let tools = tools.unwrap_or_else(|| panic!("no tools: {answer}"));
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}
