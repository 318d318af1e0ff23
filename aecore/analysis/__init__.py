"""What it shows: numbers only, from a model and arrays."""
