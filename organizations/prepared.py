"""Queries whose SQL is made once.

Django makes the SQL of a query anew each time it is asked, which for a short one takes longer than the asking
itself. Where thousands ask the same within a minute, the compiler is kept with what it made, and each asking
brings only its values. Everything else, from the cursor to the objects, is Django's.

All that a prepared query does not get as a `Given` is fixed by its first asking: no day, no clock, no id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Field, ForeignObject, Lookup, QuerySet
from django.db.models.sql import Query, UpdateQuery
from django.db.models.sql.constants import ROW_COUNT

Row = TypeVar("Row")

DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""How days and moments begin, whichever way a database takes them."""


class Given(Expression):
    """Stands in a prepared query for a value that comes with each asking. In a filter that is never None."""

    def __init__(self, name: str, field: Field | None = None) -> None:
        """`field`: what kind of value it is; an id unless told."""
        super().__init__(output_field=field or BigIntegerField())
        self.name = name

    def as_sql(self, _compiler: object, _connection: object) -> Any:
        return "%s", [self]


class Ids(Field):
    """Any number of ids, which a database gets as one value."""

    def get_db_prep_value(self, value: Iterable[int], connection: Any, prepared: bool = False) -> Any:
        ids = list(value)
        return json.dumps(ids) if connection.vendor == "sqlite" else ids


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`__in` for a `Given` of Ids: its SQL is the same for any number of them."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        among = (
            "= ANY(%s::bigint[])"
            if connection.vendor == "postgresql"
            else "IN (SELECT value FROM json_each(%s))"
        )
        return f"{left} {among % right}", [*left_parameters, *right_parameters]


class Statement:
    """A query with its SQL, for any number of askings, in any thread."""

    def __init__(self, query: Query) -> None:
        self.compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = self.compiler.as_sql()
        if any(DAY.match(str(part)) for part in self.parameters):
            raise TypeError("a day that is not given would stay the day of the first asking")

    def asked(self, values: dict[str, object]) -> Any:
        """A compiler that need not compile: it has these values, and this thread's connection."""
        connection = connections[DEFAULT_DB_ALIAS]
        filled = [
            part.output_field.get_db_prep_value(values[part.name], connection)
            if isinstance(part, Given)
            else part
            for part in self.parameters
        ]
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, filled)
        return compiler


class Prepared(Generic[Row]):
    """A query that reads. `build` makes it, with a `Given` wherever a value is to come with the asking."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self.build = build

    @cached_property
    def _queryset(self) -> QuerySet[Any, Row]:
        return self.build()

    @cached_property
    def _statement(self) -> Statement:
        return Statement(self._queryset.query)

    def rows(self, **values: object) -> list[Row]:
        """All that it finds with these values."""
        compiler = self._statement.asked(values)
        query = copy(self._queryset.query)
        query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        asking: Any = self._queryset._iterable_class(QuerySet(self._queryset.model, query))
        return list(asking)

    def get(self, **values: object) -> Row:
        """The first that it finds. Raises the model's DoesNotExist."""
        found = self.rows(**values)
        if not found:
            raise self._queryset.model.DoesNotExist
        return found[0]


class PreparedUpdate:
    """An update of the rows of `build`: fields to their new values, a `Given` for each that is asked with."""

    def __init__(self, build: Callable[[], QuerySet[Any]], **fields: Expression) -> None:
        self.build = build
        self.fields = fields

    @cached_property
    def _statement(self) -> Statement:
        query = cast(UpdateQuery, self.build().query.chain(UpdateQuery))
        query.add_update_values(self.fields)
        return Statement(query)

    def run(self, **values: object) -> int:
        """How many rows were changed."""
        return self._statement.asked(values).execute_sql(ROW_COUNT)
