"""The authoritative record in Redis or Valkey: keys, scripts, group commit. Knows no wire."""
