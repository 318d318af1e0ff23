"""Autoencoder Studio: nine kinds of autoencoder, trained, measured and shown."""

__version__ = "0.1.0"
