//! The JSON Schema of the configuration file, for editors.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::file::SettingsFile;

/// The JSON Schema of the configuration file. `docs/config.schema.json` holds it.
pub fn schema() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    settings
        .into_generator()
        .into_root_schema_for::<SettingsFile>()
        .to_value()
}
