"""`snowpact rules`."""

from __future__ import annotations

from typing import Any

import click

from snowpact.cli.options import Settings, common, emit


@click.command(
    "rules",
    help="""Every rule, or one explained: what is wrong, what to do instead, and why.

    \b
    Example:
      snowpact rules column-removed
    """,
)
@click.argument("rule", metavar="[ID]", required=False)
@common
def rules(settings: Settings, rule: str | None) -> int:
    from snowpact.model.report import Report, Verdict
    from snowpact.rules.registry import describe, registry

    chosen = [describe(rule)] if rule else list(registry().values())
    if settings.format != "text" or settings.output:
        return emit(Report("rules", Verdict.PASSED, summary={"rules": [_facts(item) for item in chosen]}), settings)
    if rule:
        facts = _facts(chosen[0])
        click.echo(f"{facts['id']}\n\n{facts['doc']}\n\n{_severities(facts['severity'])}")
        return 0
    width = max(len(item.id) for item in chosen)
    click.echo("\n".join(f"{item.id:<{width}}  {item.title}" for item in chosen))
    return 0


def _facts(rule: Any) -> dict[str, Any]:
    severity = rule.severity
    return {
        "id": rule.id,
        "title": rule.title,
        "doc": rule.doc,
        "severity": {
            "evolution": {mode: severity.in_mode(mode) for mode in ("BACKWARD", "FORWARD", "FULL", "NONE")} if severity.evolution else None,
            "satisfaction": severity.satisfaction,
            "schema_drift": severity.schema_drift,
            "always": severity.always,
        },
    }


_WORDS = {"E": "error", "W": "warning", "I": "information"}


def _severities(severity: dict[str, Any]) -> str:
    lines = [f"{name.replace('_', ' ')}: {_WORDS[letter]}" for name, letter in severity.items() if isinstance(letter, str)]
    if severity["evolution"]:
        lines.insert(0, "evolution: " + ", ".join(f"{mode} {_WORDS[letter]}" for mode, letter in severity["evolution"].items()))
    return "\n".join(lines)
