//! What each client has to be told, from the same source as `install` writes it.

use std::path::Path;

use maud::{Markup, html};

use crate::install::{self, Client, KeyPlace, Places, Reach, Server, System, shown_path};

/// What the server is called in configurations.
const NAME: &str = "unkey";

/// A card for each client.
pub(super) fn all(address: &str, needs_key: bool, is_here: bool) -> Markup {
    html! {
        ul.cards {
            @for client in Client::ALL {
                li.card #(client.word()) { (card(client, address, needs_key, is_here)) }
            }
        }
    }
}

fn card(client: Client, address: &str, needs_key: bool, is_here: bool) -> Markup {
    let server = Server {
        reach: Reach::Address(address.to_owned()),
        key: if needs_key {
            KeyPlace::Client
        } else {
            KeyPlace::Unsaid
        },
    };
    let snippet = install::snippet(client, NAME, &server).unwrap_or_default();
    let id = format!("snippet-{}", client.word());
    html! {
        div.head {
            h3 { (client.name()) }
            @if let Some(link) = install::link(client, NAME, &server) {
                a.button href=(link) { "Add to " (client.name()) }
            }
        }
        @if is_here {
            p.file { "In " code { (place(client)) } }
        }
        div.copied {
            pre tabindex="0" aria-label={ "Configuration of " (client.name()) } {
                code #(id) { (snippet.trim_end()) }
            }
            button type="button" data-copies=(id) aria-label={ "Copy the configuration of " (client.name()) } hidden {
                "Copy"
            }
        }
        p.hint {
            @if needs_key { (key(client)) " " }
            @if client == Client::ClaudeDesktop {
                "It starts programs only; mcp-remote carries the calls here. "
            }
            (marked(client.reload())) "."
        }
    }
}

/// A sentence in which back quotes stand around what is typed, and stars around what is on a screen.
fn marked(sentence: &str) -> Markup {
    html! {
        @for (number, part) in sentence.split(['`', '*']).enumerate() {
            @if number % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// Where the client's configuration is, as on the server's own system.
fn place(client: Client) -> String {
    let home = Path::new("~");
    let file = Places::of(System::this(), home.to_owned()).file(client);
    shown_path(&file, home)
}

/// Where the client takes the root key from.
fn key(client: Client) -> Markup {
    match client {
        Client::VsCode => html! { "VS Code asks for the root key once, and keeps it." },
        _ if client.reads_environment() => html! {
            "The root key is in " code { "UNKEY_ROOT_KEY" } ", exported where " (client.name()) " is started."
        },
        _ => html! { "Put your root key where " code { "unkey_xxxx" } " stands." },
    }
}
