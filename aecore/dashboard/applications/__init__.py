"""Applications: what trained autoencoders are used for."""
