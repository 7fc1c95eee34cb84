"""The roster: reading what offices send, planning what it changes, writing it, taking it back.

`files` gives lines of cells, `reading` makes rows of them, `places` and `matching` find their schools and
people, `planning` says what would change and saves nothing, `writing` and `undoing` change the database.
"""
