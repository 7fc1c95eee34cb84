"""The database's engine; settings name its package."""

from __future__ import annotations

from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the server has neither closed the connection nor said anything on it since the last answer.

        Django asks `SELECT 1` before each request's first query. A connection at rest has nothing to be read:
        a server that stops or ends it says so and closes it, and that is what is looked for, without a
        message. Anything else that may lie there costs a new connection and no request.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0)
