"""SNOWFLAKE.ACCOUNT_USAGE: views over what the engine keeps, without the latency that they have in an account
(https://docs.snowflake.com/en/sql-reference/account-usage).

They show the whole account, also what was dropped and can still come back, to roles with IMPORTED PRIVILEGES on the database SNOWFLAKE or
the database role that the view belongs to (https://docs.snowflake.com/en/sql-reference/snowflake-db-roles). What the engine does not know
of a column is NULL; a view or a column that it has nothing for is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import metadata
from snowpact.local.account_usage import governance, history, objects, parties
from snowpact.local.account_usage.facts import AccountFacts
from snowpact.local.errors import compilation
from snowpact.local.governance import access
from snowpact.local.roles import PROVIDED
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.scope import Scope

VIEWS = {**objects.VIEWS, **parties.VIEWS, **governance.VIEWS, **history.VIEWS}
"""By name: the database role that opens it, and the view."""


def columns(name: Name) -> CatalogObject | None:
    """A view with its columns."""
    found = VIEWS.get(name.name)
    return found and CatalogObject(Kind.VIEW, name, tuple(Column(field.name, field.type) for field in found[1].fields))


def relation(scope: Scope, name: str) -> exp.Expression:
    """The view's rows. Raises UnsupportedFeature for one that the engine does not have, "does not exist" for one that is not open to the
    roles."""
    full = PROVIDED.child("ACCOUNT_USAGE").child(name)
    if name not in VIEWS:
        raise UnsupportedFeature(str(full))
    role, view = VIEWS[name]
    if not _is_open(scope, role):
        raise compilation(f"Object '{full}' does not exist or not authorized.", 2003, "42S02")
    rows = [tuple(field.value(item) for field in view.fields) for item in view.items(AccountFacts(scope))]
    return metadata.rows_as_relation(scope.session, str(full), [(field.name, field.type) for field in view.fields], rows)


def _is_open(scope: Scope, role: str) -> bool:
    database = scope.session.engine.state.by_key[Kind.DATABASE.domain, PROVIDED]
    return str(PROVIDED.child(role)) in scope.roles or access.has(scope.roles, database, "IMPORTED PRIVILEGES")
