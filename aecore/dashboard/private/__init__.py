"""Private names of libraries that the dashboard uses, one file a library."""
