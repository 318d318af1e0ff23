"""The Compression page: files, curves, and images that come back."""
