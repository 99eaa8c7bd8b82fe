"""What the gate costs, measured side by side with a bare server and a bare store: `python -m bench --help`."""
