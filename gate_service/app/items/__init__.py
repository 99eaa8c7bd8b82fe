"""The catalog at work: what identifiers mean, imports, the list of unknown ones, and SKUs that become one."""
