//! Short ways to carry out statements, which stay prepared for the next time.

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

/// What the tables do with a connection.
pub(super) trait Statements {
    /// Carries out a statement that returns nothing.
    fn run(&self, sql: &str, params: impl Params) -> rusqlite::Result<()>;

    /// Whether a query finds a row.
    fn has_row(&self, sql: &str, params: impl Params) -> rusqlite::Result<bool>;

    /// The first row that a query finds, if there is one.
    fn optional_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>>;

    /// Every row that a query finds.
    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>>;
}

impl Statements for Connection {
    fn run(&self, sql: &str, params: impl Params) -> rusqlite::Result<()> {
        self.prepare_cached(sql)?.execute(params).map(drop)
    }

    fn has_row(&self, sql: &str, params: impl Params) -> rusqlite::Result<bool> {
        self.prepare_cached(sql)?.exists(params)
    }

    fn optional_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.prepare_cached(sql)?.query_row(params, read).optional()
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.prepare_cached(sql)?.query_map(params, read)?.collect()
    }
}
