"""The one sample that every renderer is fed."""

from __future__ import annotations

import pytest

from snowpact.model.catalog import Column, Kind
from snowpact.model.change import AddColumn, DropColumn, RenameColumn
from snowpact.model.errors import InputFault
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.model.types import Certainty, varchar

PRODUCT = Name.of("ANALYTICS", "MARTS", "CUSTOMER_INTERACTIONS_PRODUCT")
RAW = Name.of("RAW_DESMOINES_SF_MEETUP", "EVENTS", "INTERACTIONS")
CONTRACT = "contracts/meetup/customer_interactions_product.avsc"
CONSUMERS = ("Marketing Analytics", "Customer Success", "BI Teams")
PROMISED = {"object": PRODUCT, "contract": CONTRACT, "version": "1.0.0", "consumers": CONSUMERS}
HOSTILE = 'x\x1b[2J\x9b31m\u202egnp.exe\r\n  error  fake-rule\x00"\ud800'

FINDINGS = (
    Finding(
        rule="column-removed",
        severity=Severity.ERROR,
        comparison=Comparison.GATE,
        message=f"drops {RAW}.CHANNEL",
        column="CHANNEL",
        source=Source("migrations/meetup/V1.3.0__drop_channel.sql", 4, 1),
        certainty=Certainty.EXACT,
        path=(f"{RAW}.CHANNEL", "ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS.CHANNEL", f"{PRODUCT}.CHANNEL"),
        suggestion="deprecate CHANNEL in the contract, add its replacement, drop it after remove_after",
        **PROMISED,
    ),
    Finding(
        rule="string-length-widened",
        severity=Severity.INFO,
        comparison=Comparison.EVOLUTION,
        message="the avro judge sees no difference",
        judge="avro",
        column="odd name",
        source=Source(CONTRACT, 31, 9),
        introduced=False,
        waiver="Ada: agreed with BI (until 2026-12-31)",
        **PROMISED,
    ),
    Finding(
        rule="object-unmanaged",
        severity=Severity.WARNING,
        comparison=Comparison.SCHEMA_DRIFT,
        message=HOSTILE,
        object=Name.of("D", HOSTILE),
    ),
)
CHANGES = (
    DropColumn(kind=Kind.TABLE, object=RAW, column=Column("CHANNEL", varchar()), position=3, source=FINDINGS[0].source),
    AddColumn(kind=Kind.TABLE, object=RAW, column=Column("odd name", varchar()), position=3),
    RenameColumn(kind=Kind.TABLE, object=RAW, column="A", to="B"),
)
SAMPLES = {
    "blocked": Report(
        "contracts check",
        Verdict.BLOCKED,
        FINDINGS,
        CHANGES,
        summary={"pending": 2, "target": "local", "scripts": ["a", "b"], "base": None, "errors": 1},
    ),
    "passed": Report("migrate plan", Verdict.PASSED),
    "error": Report(
        "contracts check",
        Verdict.ERROR,
        errors=(InputFault("precision 39 is outside 1 to 38", CONTRACT, 12, "$.fields[2].type"), InputFault("no contract was found")),
    ),
}


@pytest.fixture(params=sorted(SAMPLES))
def sample(request):
    return request.param, SAMPLES[request.param]


@pytest.fixture
def blocked():
    return SAMPLES["blocked"]
