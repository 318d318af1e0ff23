"""A type's page: the model chosen, and what it does to data."""
