"""Uploaded bytes become checked image arrays, or refusals with their reasons."""
