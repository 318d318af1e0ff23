"""Compression: images as small files, by a trained autoencoder, and back."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.applications.compression.page import compression_page

    compression_page()
