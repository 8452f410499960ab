#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unkey_mcp_fuzz::secret_file(data));
