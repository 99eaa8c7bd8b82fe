"""The command line, against a gate that `gate dev` started."""
