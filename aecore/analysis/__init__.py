"""Analyses: plain numbers from a model and arrays."""
