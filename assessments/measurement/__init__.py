"""The measurement room: from response matrices to statistics, with NumPy and SciPy only."""
