"""What must hold of Changes, whatever the catalog: apply, reverse, compare and net agree with each other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snowpact.diff.compare import compare
from snowpact.diff.net import net
from snowpact.model import change as changes
from snowpact.model.apply import CHANGE_TYPES, CatalogConflict, apply, reverse
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.model.types import DATE

QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@QUICK
@given(data=st.data())
def test_comparing_two_catalogs_gives_the_changes_between_them(make, data):
    """apply(a, compare(a, b)) == b"""
    before = data.draw(make.catalogs)
    after = data.draw(make.descendants(before))
    assert apply(before, compare(before, after)) == after


@QUICK
@given(data=st.data())
def test_a_catalog_does_not_differ_from_itself(make, data):
    catalog = data.draw(make.catalogs)
    assert compare(catalog, Catalog.of(reversed(list(catalog)))) == ()


@QUICK
@given(data=st.data())
def test_the_comparison_can_be_undone(make, data):
    before = data.draw(make.catalogs)
    after = data.draw(make.descendants(before))
    undo = [reverse(change) for change in reversed(compare(before, after))]
    assert apply(after, undo) == before


@pytest.mark.parametrize("kind", CHANGE_TYPES, ids=lambda kind: kind.__name__)
def test_every_change_is_generated_applied_and_undone(make, kind):
    """reverse undoes apply, for every type of Change there is; a type that is never generated fails here."""
    generated = []

    @settings(QUICK, max_examples=30)
    @given(data=st.data())
    def undone(data):
        catalog = Catalog.of(data.draw(st.lists(make.objects(), min_size=1, max_size=3)))
        change = data.draw(make.change_of(catalog, kind))
        if change is None:
            return
        try:
            after = apply(catalog, [change])
        except CatalogConflict:
            return
        generated.append(change)
        assert apply(after, [reverse(change)]) == catalog
        assert reverse(reverse(change)) == change

    undone()
    assert {type(change) for change in generated} == {kind}


@QUICK
@given(data=st.data())
def test_a_journal_is_undone_backwards(make, data):
    before = data.draw(make.catalogs)
    journal = data.draw(make.journals(before))
    assert apply(apply(before, journal), [reverse(change) for change in reversed(journal)]) == before


@QUICK
@given(data=st.data())
def test_the_net_of_a_journal_leads_to_the_same_catalog(make, data):
    before = data.draw(make.catalogs)
    journal = data.draw(make.journals(before, most=10))
    assert apply(before, net(before, journal)) == apply(before, journal)


@QUICK
@given(data=st.data())
def test_a_journal_and_its_undoing_have_no_net_but_what_was_made_anew(make, data):
    """Nothing is left but the replacements that no later statement takes back: grants and history are gone for good."""
    before = data.draw(make.catalogs)
    journal = data.draw(make.journals(before, without=(changes.DropObject, changes.ReplaceObject)))
    there = apply(before, journal)
    back = [reverse(change) for change in reversed(journal)]
    assert apply(there, back) == before
    assert net(before, [*journal, *back]) == ()


def test_a_source_is_no_part_of_what_a_change_is():
    change = changes.ChangeComment(kind=Kind.TABLE, object=Name.of("D", "S", "T"), before=None, after="x")
    assert change == replace(change, source=Source("V1.sql", 3, 1))


def test_constraints_are_a_set_whatever_order_they_were_met_in():
    key, unique = Constraint("PRIMARY KEY", ("A",)), Constraint("UNIQUE", ("B",))
    one, other = (CatalogObject(Kind.TABLE, Name.of("D", "S", "T"), constraints=order) for order in ((key, unique), (unique, key)))
    assert one == other


def test_a_renamed_column_takes_its_keys_along():
    name = Name.of("D", "S", "T")
    table = CatalogObject(Kind.TABLE, name, columns=(Column("A", DATE),), constraints=(Constraint("PRIMARY KEY", ("A",)),))
    after = apply(Catalog.of([table]), [changes.RenameColumn(kind=Kind.TABLE, object=name, column="A", to="B")])
    assert after.relation(name).constraints == (Constraint("PRIMARY KEY", ("B",)),)


NAMED = {"kind": Kind.TABLE, "object": Name.of("D", "S", "T")}
TABLE = CatalogObject(Kind.TABLE, Name.of("D", "S", "T"))
CONFLICTS = {
    "create what is there": (TABLE, changes.CreateObject(**NAMED, after=TABLE)),
    "drop what is not there": (None, changes.DropObject(**NAMED, before=TABLE)),
    "replace by another name": (TABLE, changes.ReplaceObject(**NAMED, before=TABLE, after=replace(TABLE, name=Name.of("D", "S", "U")))),
    "replace by another name space": (TABLE, changes.ReplaceObject(**NAMED, before=TABLE, after=replace(TABLE, kind=Kind.TASK))),
    "rename to what is there": (TABLE, changes.RenameObject(**NAMED, to=Name.of("D", "S", "T"))),
    "change a column that is not there": (TABLE, changes.ChangeDefault(**NAMED, column="A", before=None, after="1")),
    "drop a key that is not there": (TABLE, changes.DropConstraint(**NAMED, constraint=Constraint("UNIQUE", ("A",)))),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_change_that_does_not_fit_is_refused(case):
    there, change = CONFLICTS[case]
    with pytest.raises(CatalogConflict):
        apply(Catalog.of([there] if there else []), [change])
