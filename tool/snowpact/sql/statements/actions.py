"""What an ALTER statement asks for, one small dataclass each. Column names are stored names, object names as written."""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType
from snowpact.sql.statements.columns import ColumnDefinition
from snowpact.sql.statements.constraints import ConstraintDefinition


@dataclass(frozen=True, slots=True)
class AddColumn:
    definition: ColumnDefinition
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn:
    column: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameColumn:
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class SetType:
    column: str
    type: SnowflakeType


@dataclass(frozen=True, slots=True)
class SetNullable:
    """SET NOT NULL (nullable False) or DROP NOT NULL."""

    column: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class SetDefault:
    """SET DEFAULT expression; None is DROP DEFAULT."""

    column: str
    expression: str | None


@dataclass(frozen=True, slots=True)
class SetColumnComment:
    """COMMENT 'text'; None is UNSET COMMENT."""

    column: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class SetMaskingPolicy:
    """SET MASKING POLICY; a policy of None is UNSET. using is the text of its column list."""

    column: str
    policy: Name | None
    using: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class SetMaskingPolicies:
    """The policies that a tag carries, beside those it has."""

    policies: tuple[Name, ...]
    force: bool = False


@dataclass(frozen=True, slots=True)
class UnsetMaskingPolicies:
    policies: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class SetProjectionPolicy:
    column: str
    policy: Name | None
    force: bool = False


@dataclass(frozen=True, slots=True)
class SetTags:
    """Tags of the object, or of ``column``."""

    tags: tuple[tuple[Name, str], ...]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class UnsetTags:
    tags: tuple[Name, ...]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class RenameTo:
    name: str


@dataclass(frozen=True, slots=True)
class SwapWith:
    name: str


@dataclass(frozen=True, slots=True)
class ClusterBy:
    """CLUSTER BY (text); None is DROP CLUSTERING KEY."""

    keys: str | None


@dataclass(frozen=True, slots=True)
class SetProperties:
    """SET key = value …: lower-case keys; ``comment`` is one of them, and so are ``target_lag`` and ``secure`` (TRUE)."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnsetProperties:
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddConstraint:
    definition: ConstraintDefinition


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """By name, or by kind with its columns (a primary key has no need of them)."""

    kind: str
    name: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameConstraint:
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class AlterConstraint:
    """Other properties (``RELY``, ``NOT ENFORCED``, …) for a constraint given as for DropConstraint."""

    kind: str
    name: str | None
    columns: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A word that acts: ``SUSPEND``, ``RESUME``, ``REFRESH``, ``SUSPEND RECLUSTER``, ``ABORT ALL QUERIES``; ``text`` is what follows it."""

    word: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """ADD or DROP of a row access or other policy on the object, or of a metric function or search optimization.

    verb: ``ADD``, ``DROP``, ``DROP ALL``, or ``MODIFY`` of a metric; kind in lower case; text as written after it, of metrics all of it.
    """

    verb: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SetDefinition:
    """Another statement or body: MODIFY AS of a task, SET BODY of a policy."""

    text: str


@dataclass(frozen=True, slots=True)
class AddTo:
    """ADD AFTER of a task, ADD ALLOWED_VALUES of a tag, ADD ACCOUNTS of a share: lower-case key, values as written."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveFrom:
    key: str
    values: tuple[str, ...]


Action = (
    AddColumn | DropColumn | RenameColumn | SetType | SetNullable | SetDefault | SetColumnComment | SetMaskingPolicy | SetMaskingPolicies
    | UnsetMaskingPolicies | SetProjectionPolicy | SetTags | UnsetTags | RenameTo | SwapWith | ClusterBy | SetProperties
    | UnsetProperties | AddConstraint | DropConstraint | RenameConstraint | AlterConstraint | Command | Policy | SetDefinition | AddTo
    | RemoveFrom
)  # fmt: skip
