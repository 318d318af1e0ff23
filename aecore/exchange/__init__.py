"""What comes in from elsewhere and goes out: run files, and models saved by others."""
