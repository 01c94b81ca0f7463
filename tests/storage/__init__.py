"""What storage promises: one contract for every database, then what is true of SQLite files alone."""
