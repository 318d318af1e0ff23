"""What leaves the dashboard: models, figures, tables, runs."""
