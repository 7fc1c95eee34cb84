"""Certificates as PDF: the fast way where it is exact, WeasyPrint where it is not.

`print_certificate` is all that others need. docs/decisions/0021-printing-fast.md says how it works and why.
"""
