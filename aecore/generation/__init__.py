"""Samples from a trained autoencoder: codes that are drawn, and how good what they become is."""
