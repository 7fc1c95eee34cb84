"""A made-up city to try the platform on: made by the same actions that the web uses."""
