"""PUT and GET over HTTP: the client itself moves the files, told where the stage's folder is (``LOCAL_FS`` in the connector's words).

The server never opens a file of the client's: what the client names is read by the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from snowpact.local.session import Session
from snowpact.local.stages.files import listed
from snowpact.local.stages.transfers import read_transfer
from snowpact.local.substitute import substitute
from snowpact.sql.classify import Classified, classify
from snowpact.sql.tokens import SqlInputError


def transfer(session: Session, text: str, binds: Sequence[Any] = ()) -> dict[str, Any] | None:
    """The answer's data for a PUT or GET; None for every other statement. The stage may be a bind or a variable."""
    try:
        verb = classify(text).verb
    except SqlInputError:  # for the session to tell
        return None
    if verb not in {"PUT", "GET"}:
        return None
    statement = classify(substitute(text, session.variables, binds))
    return _upload(session, statement) if statement.verb == "PUT" else _download(session, statement)


def _upload(session: Session, statement: Classified) -> dict[str, Any]:
    found = read_transfer(session, statement, client=True)
    folder = found.location.folder / found.location.path
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **_shared(str(folder)),
        "command": "UPLOAD",
        "src_locations": [found.local],
        "autoCompress": found.options.get("AUTO_COMPRESS", True) is not False,
        "overwrite": found.options.get("OVERWRITE") is True,
        "sourceCompression": str(found.options.get("SOURCE_COMPRESSION", "auto_detect")).lower(),
    }


def _download(session: Session, statement: Classified) -> dict[str, Any]:
    found = read_transfer(session, statement, client=True)
    names = [file.name for file in listed(found.location, found.pattern)]
    return {**_shared(str(found.location.folder)), "command": "DOWNLOAD", "src_locations": names, "localLocation": found.local}


def _shared(folder: str) -> dict[str, Any]:
    return {"parallel": 1, "threshold": 0, "stageInfo": {"locationType": "LOCAL_FS", "location": folder, "creds": {}}}
