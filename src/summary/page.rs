//! Pages of lists.

use unkey_tools::Page;

use super::sentences::{Sentences, count};

/// Says how many things there are and whether there are more.
pub(super) fn say_page<T>(
    said: &mut Sentences,
    page: &Page<T>,
    one: &'static str,
    cursor: Option<&String>,
) {
    let number = count(page.data.len(), one);
    said.say(if page.pagination.has_more {
        format!("{number} on this page, and there are more: send pagination.cursor as cursor.")
    } else if cursor.is_some() {
        format!("{number} on this page, which is the last.")
    } else {
        format!("{number} in all.")
    });
}
