//! The server: speaks MCP, knows no SQL.
