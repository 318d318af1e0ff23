"""Commands of the command line; each one's docstring is its help."""
