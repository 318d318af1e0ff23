"""Parts that several rooms of the dashboard use."""
