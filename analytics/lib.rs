//! Verification events, and questions about them in ClickHouse's SQL.
