"""Measurement: from responses to what they say and how sure we are. NumPy and SciPy, no database."""
