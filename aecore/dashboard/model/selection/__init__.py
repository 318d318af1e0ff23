"""What is done with samples that were selected on the map of codes."""
