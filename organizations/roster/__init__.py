"""The roster: reading what offices send, planning what it changes, writing it, taking it back.

`reading` makes rows of the lines that `organizations.tables` finds in a file, `places` and `matching` find
their schools and people, `planning` says what would change and saves nothing, `writing` and `undoing` change
the database.
"""
