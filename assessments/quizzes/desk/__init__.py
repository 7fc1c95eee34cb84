"""The item desk: how questions work, repairing a wrong key, and marking what only a person can mark."""
