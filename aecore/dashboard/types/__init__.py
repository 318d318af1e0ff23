"""The tab that one type alone has."""
