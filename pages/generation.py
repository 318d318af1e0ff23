"""Generation: samples from any autoencoder, and whether they are new and good."""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.applications.generation.page import generation_page

    generation_page()
