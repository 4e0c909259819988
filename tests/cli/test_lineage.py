"""`snowpact lineage`: drawn from what the migrations make, without running anything."""

from __future__ import annotations

import re


def drawn(text: str) -> set[tuple[str, str]]:
    """The edges of a Mermaid chart, by the last parts of their names."""
    names = {
        found[1]: found[2].split(".")[-1].replace("#40;", "(").replace("#41;", ")").strip("#34;")
        for found in re.finditer(r'^ {4}(n\d+)\W+"([^<"]+)', text, re.MULTILINE)
    }
    return {(names[one], names[other]) for one, other in re.findall(r"^ {4}(n\d+) -\S*> (n\d+)$", text, re.MULTILINE)}


def test_a_pipeline_is_drawn(fresh):
    answer = fresh.run("snowpact lineage --pipeline meetup")
    assert answer.code == 0
    assert drawn(answer.out) == {
        ("CUSTOMER_INTERACTIONS", "STG_CUSTOMER_INTERACTIONS"),
        ("STG_CUSTOMER_INTERACTIONS", "CUSTOMER_INTERACTIONS_PRODUCT"),
        ("CUSTOMER_INTERACTIONS_PRODUCT", "INTERACTIONS_BY_CHANNEL"),
        ("CHANNELS", "INTERACTIONS_BY_CHANNEL"),
    }
    assert not (fresh.folder / ".snowpact").exists()


def test_all_pipelines_as_svg_into_a_file(fresh):
    answer = fresh.run("snowpact lineage --format svg --output lineage.svg")
    assert (answer.code, answer.out) == (0, "")
    text = (fresh.folder / "lineage.svg").read_text()
    assert "ENGAGEMENT_DASHBOARD" in text and "INTERACTIONS_BY_CHANNEL" in text


def test_streams_tasks_and_pipes(skeleton):
    """A task reads its stream and writes its table; what runs after another is joined to it."""
    for path in (skeleton.folder / "migrations").rglob("*.sql"):
        path.unlink()
    skeleton.write(
        f"{next((skeleton.folder / 'migrations').iterdir()).relative_to(skeleton.folder)}/V1.0.0__all.sql",
        "CREATE DATABASE D; CREATE SCHEMA D.S; USE SCHEMA D.S; CREATE TABLE RAW (A NUMBER); CREATE TABLE DONE (A NUMBER);"
        "CREATE STREAM NEWS ON TABLE RAW; CREATE STAGE FILES;"
        "CREATE TASK MOVE WAREHOUSE = W SCHEDULE = '1 minute' WHEN SYSTEM$STREAM_HAS_DATA('NEWS')"
        " AS INSERT INTO DONE SELECT A FROM NEWS;"
        "CREATE PROCEDURE TIDY() RETURNS VARCHAR LANGUAGE SQL AS $$ DECLARE N NUMBER; BEGIN"
        " IF (1 = 1) THEN MERGE INTO DONE USING RAW ON DONE.A = RAW.A WHEN NOT MATCHED THEN INSERT (A) VALUES (RAW.A); END IF;"
        " SELECT COUNT(*) INTO :N FROM RAW; RETURN :N; END $$;"
        "CREATE TASK LATER WAREHOUSE = W AFTER MOVE AS CALL TIDY();",
    )
    answer = skeleton.run("snowpact lineage")
    assert drawn(answer.out) >= {
        ("RAW", "NEWS"),
        ("NEWS", "MOVE"),
        ("MOVE", "DONE"),
        ("MOVE", "LATER"),
        ("LATER", "TIDY()"),
        ("RAW", "TIDY()"),
        ("TIDY()", "DONE"),
    }, answer.out
