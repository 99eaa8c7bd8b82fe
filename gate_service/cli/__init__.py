"""The command line. It talks to a running gate only through the SDK."""
