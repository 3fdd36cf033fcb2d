"""Quiz items: read from TOML, drawn as variants, proved before they are asked."""
