"""A contract's compatibility mode is loosened in the very change that breaks it.

Instead: loosen the mode in a change of its own, which consumers can see and answer, and break the promise in a later one.
Why: the mode is a part of the promise; were it judged by the new one, every break could be hidden by a word. The break is judged by
the mode that was promised. (The modes are those of Confluent's Schema Registry, which has the mode outside of the schema:
https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html.)
"""

from snowpact.rules.context import Fault, Severities, Succession

ID = "mode-loosened-with-break"
SEVERITY = Severities(evolution="E!")
ON = (Succession,)

GUARDS = {"NONE": set(), "BACKWARD": {"old rows"}, "FORWARD": {"readers"}, "FULL": {"old rows", "readers"}}


def judge(succession, context):
    before, after = succession.before, succession.after
    breaks = [one for one in succession.breaks if one not in succession.announced]
    if after is not None and breaks and _loosened(before.mode, after.mode):
        yield Fault(
            f"{before.name} goes from {before.mode} to {after.mode} in the change that breaks it ({', '.join(breaks)})",
            "loosen the mode in a change of its own, and break the promise in a later one",
        )


def _loosened(before, after):
    guarded, guards = (GUARDS[mode.removesuffix("_TRANSITIVE")] for mode in (before, after))
    return not guarded <= guards or (before.endswith("_TRANSITIVE") and not after.endswith("_TRANSITIVE"))
