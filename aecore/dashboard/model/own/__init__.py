"""The user's own images on a type's page."""
