"""Django's way to PostgreSQL, with a cheaper look at whether a lasting connection is still there."""
