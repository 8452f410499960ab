//! What the page says.

use ::http::StatusCode;
use maud::html;

use super::held::{Item, Page as Taken};
use crate::pages::frame::Page;
use crate::pages::seen;

const TITLE: &str = "Secret";

/// Somebody may see it.
pub(super) fn waiting() -> Page {
    Page::new(
        TITLE,
        html! {
            section.card.narrow {
                h1 { "A secret is waiting for you" }
                p {
                    "Your assistant made or read a secret that was not to stand in the conversation. It is \
                     shown here " strong { "once" } ", and then forgotten; after ten minutes it is gone too."
                }
                p { "Have a place ready for it, such as a password manager, before you press the button." }
                form method="post" {
                    button.primary type="submit" autofocus { "Show it now" }
                }
            }
        },
    )
}

/// This once.
pub(super) fn shown(taken: &Taken) -> Page {
    let several = taken.items.len() > 1;
    Page::new(
        TITLE,
        html! {
            section.card.narrow {
                h1 { @if several { "Your secrets" } @else { "Your secret" } }
                p role="status" {
                    "This is the only time: closed or reloaded, the page has nothing to show any more."
                }
                @for (number, item) in taken.items.iter().enumerate() {
                    @let id = format!("secret-{number}");
                    div.field {
                        h2 id={ (id) "-name" } { (what(item)) }
                        div.copied {
                            code.secret #(id) tabindex="0" aria-labelledby={ (id) "-name" } {
                                (item.secret.reveal())
                            }
                            button type="button" data-copies=(id) hidden { "Copy" }
                        }
                    }
                }
            }
        },
    )
}

/// Nobody will.
pub(super) fn gone() -> Page {
    let page = Page::new(
        TITLE,
        html! {
            section.card.narrow {
                h1 { "There is nothing here any more" }
                p {
                    "A secret is shown once, and kept for ten minutes at most. If it was not you who saw this \
                     one, let it be replaced: ask your assistant to reroll the key."
                }
            }
        },
    );
    Page {
        status: StatusCode::GONE,
        ..page
    }
}

/// What a secret is, in words.
fn what(item: &Item) -> String {
    let name = match item.name.as_str() {
        "key" | "plaintext" => "Key",
        "url" => "Link",
        "value" => "Value",
        _ => "Token",
    };
    match &item.whose {
        Some(whose) => format!("{name} of {}", seen(whose)),
        None => name.to_owned(),
    }
}
