"""Home: one digit on its way, all nine types beside one another, and what they are used for."""
