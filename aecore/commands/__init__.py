"""The command line: one file a family of commands, each adds its own parsers."""
