"""One server on one engine for the tests of this folder, and connections of the real connector to it."""

from __future__ import annotations

import pytest
import snowflake.connector
from tests.serving import serving

from snowpact.local.engine import Engine


@pytest.fixture(scope="session", autouse=True)
def no_cloud():
    """The connector asks each cloud's metadata service where it runs, and waits for the answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
        yield


@pytest.fixture(scope="session")
def engine():
    with Engine() as made:
        yield made


@pytest.fixture(scope="session")
def port(engine):
    """The port of a server that runs in a thread of this process."""
    with serving(engine) as bound:
        yield bound


@pytest.fixture
def connect(port):
    """Opens a connection of snowflake-connector-python; all are closed at the test's end."""
    opened = []

    def make(**given):
        options = {"user": "tester", "password": "any", "account": "snowpact", "host": "127.0.0.1", "port": port, "protocol": "http"}
        opened.append(snowflake.connector.connect(**{**options, **given}))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


@pytest.fixture
def cursor(connect):
    """A cursor in a database of its own."""
    made = connect().cursor()
    made.execute("CREATE OR REPLACE DATABASE SERVED")
    return made
