"""The lag that counts for a DOWNSTREAM dynamic table is that of its readers, directly, through views and through each other."""

from snowpact.freshness import effective_lags
from snowpact.model.catalog import Catalog, CatalogObject, Kind, properties
from snowpact.model.names import Name


def item(name, query, lag=None):
    kind = Kind.DYNAMIC_TABLE if lag else Kind.VIEW
    return CatalogObject(kind, Name.of("D", "S", name), definition=query, properties=properties(target_lag=lag))


def lags(*items):
    return {name.name: lag for name, lag in effective_lags(Catalog.of(items)).items()}


BASE = item("A", "SELECT 1 AS x", "DOWNSTREAM")


def test_the_shortest_of_all_readers():
    view = item("V", "SELECT * FROM a")
    slow = item("SLOW", "WITH q AS (SELECT * FROM v) SELECT * FROM q UNION ALL SELECT x FROM other.gone", "5 minutes")
    assert lags(BASE, view, slow) == {"A": "5 minutes"}
    assert lags(BASE, view, slow, item("FAST", 'SELECT x FROM D.S."A"', "90 seconds")) == {"A": "90 seconds"}


def test_through_another_downstream_table():
    between = item("B", "SELECT x FROM a", "DOWNSTREAM")
    assert lags(BASE, between, item("C", "SELECT x FROM b", "2 hours")) == {"A": "2 hours", "B": "2 hours"}


def test_a_common_table_expression_of_that_name_reads_nothing():
    assert lags(BASE, item("C", "WITH a AS (SELECT 1 AS x) SELECT x FROM a", "1 hour")) == {}


def test_nobody_reads_it():
    assert lags(BASE, item("C", "SELECT is not readable FROM", "1 hour")) == {}
