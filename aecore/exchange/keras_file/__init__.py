"""The guarded reader of untrusted Keras files, which are read and never executed."""
