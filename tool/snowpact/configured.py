"""How a pipeline is configured: its schemachange-config.yml, rendered and read. Light, since a cached answer needs it too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from snowpact.migrations.config import FILE_NAME, SchemachangeConfig, load_config
from snowpact.project import Pipeline, Project


@dataclass(frozen=True, slots=True)
class Rendering:
    """How templates are rendered: live reads the environment, else only ``allowed_env`` is read."""

    variables: tuple[str, ...] = ()
    live: bool = False
    allowed_env: Collection[str] = ()


def configured(project: Project, pipeline: Pipeline, rendering: Rendering) -> SchemachangeConfig:
    """The pipeline's schemachange-config.yml, else the project's, else nothing. Raises InputError."""
    path = config_path(project, pipeline)
    if path is None:
        return SchemachangeConfig()
    from snowpact.migrations.render import Renderer

    folder = Path(pipeline.migrations or ".")
    with Renderer(project.root, folder, live=rendering.live, allowed_env=rendering.allowed_env) as renderer:
        return load_config(path, renderer)


def config_path(project: Project, pipeline: Pipeline) -> Path | None:
    places = (project.root / (pipeline.migrations or ""), project.root)
    return next((place / FILE_NAME for place in places if (place / FILE_NAME).is_file()), None)
