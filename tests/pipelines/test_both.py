"""Both example pipelines: applied, they keep every promise, and nobody altered a thing."""

from __future__ import annotations


def test_apply_check_and_drift_find_nothing(fresh):
    applied = fresh.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["findings"], applied.json["summary"]["applied"]) == (0, [], 14), applied.err
    for command in ("contracts check --target local", "snowpact drift", "contracts check", "snowpact migrate plan"):
        answer = fresh.run(f"{command} --format json")
        assert (answer.code, answer.json["verdict"], answer.json["findings"]) == (0, "passed", []), answer.err


def test_a_second_apply_does_nothing(project):
    before = project.sql("SHOW OBJECTS IN ACCOUNT")
    answer = project.run("snowpact migrate apply --format json")
    assert (answer.code, answer.json["summary"]["applied"], answer.json["changes"]) == (0, 0, [])
    assert project.sql("SHOW OBJECTS IN ACCOUNT") == before


def test_version_by_version_ends_where_all_at_once_does(fresh, project):
    """Each version alone, as a project that grew: the same catalog, and promises judged at every step."""
    later = sorted((fresh.folder / "migrations/engagement").glob("V*.sql"))[1:]
    held = {path: path.read_text(encoding="utf-8") for path in later}
    views = {path: path.read_text(encoding="utf-8") for path in (fresh.folder / "migrations/engagement").glob("R*.sql")}
    for path in [*held, *views]:
        path.unlink()
    fresh.edit("snowpact.toml", 'contracts = "contracts/engagement"\n', "")
    for path, text in [*held.items(), *views.items()]:
        path.write_text(text, encoding="utf-8")
        assert fresh.run("snowpact migrate apply --pipeline engagement --allow-empty --format json").code == 0
    listed = (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, NUMERIC_PRECISION, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, COMMENT "
        "FROM UNDERSTOOD_DEMO.INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"
    )
    assert fresh.sql(listed) == project.sql(listed)


def test_a_pipeline_that_is_not_applied_yet_is_no_matter_of_the_others(fresh):
    """With --pipeline, what another pipeline has not made there is not asked for."""
    assert fresh.run("snowpact migrate apply --pipeline meetup").code == 0
    for command in ("snowpact drift", "contracts check --target local", "snowpact migrate plan"):
        answer = fresh.run(f"{command} --pipeline meetup --format json")
        assert (answer.code, answer.json["verdict"], answer.json["findings"]) == (0, "passed", []), answer.err + answer.out
    refused = fresh.run("snowpact drift --pipeline engagement")
    assert refused.code == 3 and "UNDERSTOOD_DEMO" in refused.err
