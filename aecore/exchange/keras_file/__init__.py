"""The guarded reader of Keras files that strangers made: read, never executed."""
