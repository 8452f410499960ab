//! MCP clients that are asked questions, and the people behind them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Binary, Endpoint, Era, LEGACY, MODERN, Reply, Server, Stdio, Transport};

/// What a client does with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// Agrees, and types what has to be typed.
    Agrees,
    /// Is never shown it: the client refuses by itself.
    IsNotShown,
    /// Reads it, and refuses.
    Refuses,
    /// Reads it, and closes it.
    Closes,
    /// Cannot be asked: the client declares no forms.
    Absent,
}

/// How long a person needs to read.
const READING: Duration = Duration::from_millis(1300);

impl Person {
    /// What the client declares.
    pub(super) fn capabilities(self) -> Value {
        match self {
            Self::Absent => json!({}),
            _ => json!({"elicitation": {"form": {}, "url": {}}}),
        }
    }

    /// The answer to a question.
    pub(super) async fn answer(self, question: &Value) -> Value {
        if matches!(self, Self::Refuses | Self::Closes) {
            tokio::time::sleep(READING).await;
        }
        match self {
            Self::Agrees => json!({"action": "accept", "content": filled_in(question)}),
            Self::IsNotShown | Self::Refuses => json!({"action": "decline"}),
            Self::Closes => json!({"action": "cancel"}),
            Self::Absent => panic!("nobody can be asked: {question}"),
        }
    }
}

/// The form, filled in by somebody who agrees.
pub(super) fn filled_in(question: &Value) -> Value {
    assert_eq!(question["mode"], "form", "{question}");
    let schema = &question["requestedSchema"];
    let field = schema["required"][0].as_str().unwrap();
    let asked = &schema["properties"][field];
    if asked["type"] == "boolean" {
        return json!({field: true});
    }
    let words = asked["description"].as_str().unwrap();
    let name = words.strip_prefix("Type ").unwrap();
    json!({field: name.strip_suffix(" to agree.").unwrap()})
}

/// A client that is connected.
pub(super) enum Client {
    Stdio {
        stdio: Stdio,
        era: Era,
        person: Person,
        last_id: u64,
    },
    Http {
        endpoint: Endpoint,
        era: Era,
        person: Person,
        server: Server,
    },
}

impl Client {
    /// Starts the binary with `flags`, and connects a client of `person`.
    pub(super) async fn connect(
        transport: Transport,
        era: Era,
        person: Person,
        flags: &[&str],
        key: Option<&str>,
    ) -> Self {
        if transport == Transport::Http {
            let server = Binary::new(["serve"].iter().chain(flags)).serve().await;
            let endpoint = with_key(server.mcp(), key);
            return Self::Http {
                endpoint,
                era,
                person,
                server,
            };
        }
        let mut binary = Binary::new(["stdio"].iter().chain(flags));
        if let Some(key) = key {
            binary = binary.env("UNKEY_ROOT_KEY", key);
        }
        let stdio = Stdio::silent(binary, era);
        let mut client = Self::Stdio {
            stdio,
            era,
            person,
            last_id: 0,
        };
        if let Era::Legacy(version) = era {
            let handshake = json!({
                "protocolVersion": version,
                "capabilities": person.capabilities(),
                "clientInfo": {"name": "tests", "version": "1"},
            });
            client.request("initialize", handshake).await;
        }
        client
    }

    /// Sends a request, answers what is asked meanwhile, and returns the response and how many
    /// questions there were.
    async fn exchange(&mut self, method: &str, params: Value) -> (Value, usize) {
        match self {
            Self::Stdio {
                stdio,
                era,
                person,
                last_id,
            } => {
                *last_id += 1;
                let request = message(*era, *person, *last_id, method, params);
                stdio.write(&request.to_string()).await;
                let mut questions = 0;
                loop {
                    let message = stdio.next().await;
                    if message["method"] == "elicitation/create" {
                        questions += 1;
                        let answer = person.answer(&message["params"]).await;
                        let id = &message["id"];
                        let reply = json!({"jsonrpc": "2.0", "id": id, "result": answer});
                        stdio.write(&reply.to_string()).await;
                    } else if message["id"] == *last_id {
                        return (message, questions);
                    }
                }
            }
            Self::Http {
                endpoint,
                era,
                person,
                ..
            } => {
                let request = message(*era, *person, 1, method, params.clone());
                (post(endpoint, *era, &request).await, 0)
            }
        }
    }

    /// Sends a request and returns the response.
    pub(super) async fn request(&mut self, method: &str, params: Value) -> Value {
        self.exchange(method, params).await.0
    }

    /// Calls a tool as the person has it, and returns the response and how many questions there
    /// were.
    pub(super) async fn call(&mut self, tool: &str, arguments: &Value) -> (Value, usize) {
        let mut params = json!({"name": tool, "arguments": arguments});
        let mut asked = 0;
        loop {
            let (response, questions) = self.exchange("tools/call", params.clone()).await;
            asked += questions;
            let Some((state, question)) = question(&response) else {
                return (response, asked);
            };
            assert!(asked < 10, "asked for ever: {response}");
            asked += 1;
            let answer = self.person().answer(&question).await;
            params["requestState"] = state.into();
            params["inputResponses"] = json!({"confirm": answer});
        }
    }

    const fn person(&self) -> Person {
        match self {
            Self::Stdio { person, .. } | Self::Http { person, .. } => *person,
        }
    }

    /// The same server, as another caller over HTTP sees it.
    pub(super) fn as_caller(&self, key: &str) -> Endpoint {
        match self {
            Self::Http { server, .. } => with_key(server.mcp(), Some(key)),
            Self::Stdio { .. } => panic!("stdio has one caller"),
        }
    }
}

/// The state and the question of a response that asks.
pub(super) fn question(response: &Value) -> Option<(String, Value)> {
    let result = &response["result"];
    if result["resultType"] != "input_required" {
        return None;
    }
    let request = &result["inputRequests"]["confirm"];
    assert_eq!(request["method"], "elicitation/create", "{response}");
    let state = result["requestState"].as_str().unwrap().to_owned();
    Some((state, request["params"].clone()))
}

/// A request of a client that declares what its person needs.
pub(super) fn message(era: Era, person: Person, id: u64, method: &str, params: Value) -> Value {
    let mut message = era.request(id, method, params);
    if era == Era::Modern {
        message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
            person.capabilities();
    }
    message
}

/// Posts a message and returns the response.
pub(super) async fn post(endpoint: &Endpoint, era: Era, message: &Value) -> Value {
    let method = message["method"].as_str().unwrap();
    let mut request = endpoint.post(message.to_string());
    request = request.header("MCP-Protocol-Version", era.version());
    if era == Era::Modern {
        request = request.header("Mcp-Method", method);
        if let Some(name) = message["params"]["name"].as_str() {
            request = request.header("Mcp-Name", name);
        }
    }
    Reply::to(request).await.json()
}

fn with_key(endpoint: Endpoint, key: Option<&str>) -> Endpoint {
    match key {
        Some(key) => endpoint.header("MCP-UNKEY-BEARER-AUTH", key),
        None => endpoint,
    }
}

/// An older client that declares forms can be asked over stdio alone.
pub(super) fn can_be_asked(transport: Transport, era: Era, person: Person) -> bool {
    person != Person::Absent && (era == Era::Modern || transport == Transport::Stdio)
}

/// The newest of both eras, with what each is called.
pub(super) const ERAS: [(&str, Era); 2] =
    [(MODERN, Era::Modern), (LEGACY[2], Era::Legacy(LEGACY[2]))];
