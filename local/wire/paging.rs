//! Pages of lists that are in the order of their ids.

use unkey_tools::{Page, Pagination};

/// A page of `items`, of which one more than `limit` was read: that one is where the next page
/// starts.
pub(crate) fn page<T>(mut items: Vec<T>, limit: i64, id: impl Fn(&T) -> &str) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let cursor = items.get(limit).map(|next| id(next).to_owned());
    items.truncate(limit);
    Page {
        data: items,
        pagination: Pagination {
            has_more: cursor.is_some(),
            cursor,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(page: &Page<&str>) -> (String, Option<String>) {
        assert_eq!(page.pagination.has_more, page.pagination.cursor.is_some());
        (page.data.concat(), page.pagination.cursor.clone())
    }

    #[test]
    fn a_page_names_the_first_of_the_next() {
        let full = page(vec!["a", "b", "c"], 2, |id| id);
        assert_eq!(ids(&full), ("ab".to_owned(), Some("c".to_owned())));
    }

    #[test]
    fn the_last_page_names_none() {
        assert_eq!(
            ids(&page(vec!["a", "b"], 2, |id| id)),
            ("ab".to_owned(), None)
        );
        assert_eq!(ids(&page(vec![], 2, |id| id)), (String::new(), None));
    }
}
