"""Every sentence a person reads, in English and Chinese, and the reading of TOML."""
