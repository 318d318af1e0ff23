"""What is kept: one folder a run."""
