"""A contract names no owner.

Instead: name the team that answers for the object in `pact.owner`.
Why: a promise without somebody who keeps it is a description; consumers need to know whom to ask before a break, not after.
"""

from snowpact.rules.context import Fault, Promise, Severities

ID = "owner-missing"
SEVERITY = Severities(evolution="WWWI", satisfaction="W")
ON = (Promise,)


def judge(promise, context):
    if not (promise.owner or "").strip():
        yield Fault(f"the contract of {promise.name} names no owner", "name the team that answers for it in `pact.owner`")
