"""Certificates for many people at once: drawn up, approved by a second person, printed by several workers."""
