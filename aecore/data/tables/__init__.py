"""Tables: CSV and Parquet files → columns → checked arrays, and back in the user's units."""
