"""A contract's version does not tell how much of it changed.

A break needs the next major version; anything else that is promised differently needs a new one; a version never goes back, and one
version has one content.
Instead: raise `pact.version`: the first number for a break, the second for an addition.
Why: consumers pin a major version and trust it (https://semver.org/spec/v2.0.0.html, 8); history is kept by version, so two contents
under one number leave one of them without a guard. Descriptions, owners, consumers and deprecations need no new version.
"""

from snowpact.model.version import Version
from snowpact.rules.context import Fault, Severities, Succession

ID = "version-bump-too-small"
SEVERITY = Severities(evolution="E!")
ON = (Succession,)


def judge(succession, context):
    before, after = succession.before, succession.after
    if after is None:
        return
    old, new = Version.of(before.version), Version.of(after.version)
    if new < old:
        yield Fault(f"{after.name} goes back from {before.version} to {after.version}", f"give it a version above {before.version}")
    elif succession.breaks and new.major <= old.major:
        yield Fault(
            f"{after.name} breaks its promise ({', '.join(succession.breaks)}) from {before.version} to {after.version}",
            f"an intended break is version {old.major + 1}.0.0; else keep the promise",
        )
    elif before.substance != after.substance and new == old:
        yield Fault(
            f"{after.name} promises something else and is still {after.version}",
            f"give it version {old.major}.{old.minor + 1}.0",
        )
