"""The experiment, and the compiled loop that trains it."""
