"""What the connector does not show: retries, forged requests, tokens, and the server's life as a process."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

import pytest
import snowflake.connector
from snowflake.connector.errors import Error

from snowpact.local.engine import Engine
from snowpact.local.server import serve
from snowpact.model.errors import Held, InputError


@pytest.fixture
def post(port):
    """POST a JSON body; the status and the answer."""

    def send(path, body=None, token=None, **headers):
        data = json.dumps(body or {}).encode()
        if headers.get("Content-Encoding") == "gzip":
            data = gzip.compress(data)
        given = {"Content-Type": "application/json", **headers}
        if token:
            given["Authorization"] = f'Snowflake Token="{token}"'
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, given)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}") if "json" in error.headers.get("content-type", "") else None

    return send


@pytest.fixture
def login(post):
    return post("/session/v1/login-request", {"data": {"LOGIN_NAME": "u"}})[1]["data"]


def test_a_request_sent_again_is_not_run_again(post, login):
    token = login["token"]
    post("/queries/v1/query-request?requestId=a", {"sqlText": "CREATE OR REPLACE DATABASE AGAIN"}, token)
    post("/queries/v1/query-request?requestId=b", {"sqlText": "CREATE TABLE T (A NUMBER)"}, token)
    first = post("/queries/v1/query-request?requestId=c", {"sqlText": "INSERT INTO T VALUES (1)"}, token)
    assert post("/queries/v1/query-request?requestId=c&retryCount=1", {"sqlText": "INSERT INTO T VALUES (1)"}, token) == first
    counted = post("/queries/v1/query-request?requestId=d", {"sqlText": "SELECT COUNT(*) FROM T"}, token)[1]["data"]
    assert counted["rowset"] == [["1"]]
    assert (counted["finalDatabaseName"], counted["finalSchemaName"]) == ("AGAIN", "PUBLIC")


def test_a_result_can_be_asked_for_by_its_id(post, login, port):
    made = post("/queries/v1/query-request", {"sqlText": "SELECT 5"}, login["token"])[1]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/queries/{made['data']['queryId']}/result")
    request.add_header("Authorization", f'Snowflake Token="{login["token"]}"')
    assert json.load(urllib.request.urlopen(request, timeout=10)) == made


def test_gzip_bodies(post, login):
    assert post("/queries/v1/query-request", {"sqlText": "SELECT 5"}, login["token"], **{"Content-Encoding": "gzip"})[1]["success"]


def test_a_token_can_be_renewed_and_ends_with_the_session(post, login):
    renewed = post("/session/token-request", {"requestType": "RENEW"}, login["masterToken"])[1]["data"]["sessionToken"]
    assert post("/queries/v1/query-request", {"sqlText": "SELECT 1"}, login["token"])[1]["code"] == "390111"
    assert post("/session/heartbeat", None, renewed)[1]["success"]
    assert post("/session?delete=true", None, renewed)[1]["success"]
    assert post("/session/heartbeat", None, renewed)[1]["code"] == "390111"


REFUSED = [
    ({"Content-Type": "text/plain"}, 415),
    ({"Host": "evil.example"}, 400),
    ({"Content-Encoding": "gzip", "Content-Type": "text/plain"}, 415),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_what_a_page_in_a_browser_could_forge_is_refused(post, headers, status):
    assert post("/session/v1/login-request", {}, **headers)[0] == status


def test_a_request_without_token_or_statement(post, login):
    assert post("/queries/v1/query-request", {"sqlText": "SELECT 1"})[0] == 401
    assert post("/queries/v1/query-request", {}, login["token"])[0] == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "example.com", "::"])
def test_only_the_loopback_is_served(host):
    with Engine() as engine, pytest.raises(InputError, match="loopback"):
        serve(engine, host)


def test_a_port_that_is_taken():
    with socket.socket() as taken, Engine() as engine:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Held, match="can't be used"):
            serve(engine, "127.0.0.1", taken.getsockname()[1])


PROGRAM = """
import sys
from snowpact.local.engine import Engine
from snowpact.local.server import serve
with Engine(sys.argv[1]) as engine:
    serve(engine, "127.0.0.1", 0, lambda port: print(port, flush=True), grace=0.2)
print("closed", flush=True)
"""


FOREVER = """CREATE PROCEDURE FOREVER() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'main' AS $$
def main(session):
    while True: pass
$$"""


def run_forever(options):
    with suppress(Error):
        snowflake.connector.connect(**options).cursor().execute("CALL KEPT.PUBLIC.FOREVER()")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_with_its_file_whole(tmp_path, number):
    file = tmp_path / "engine"
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    options = {"user": "u", "password": "p", "account": "a", "host": "127.0.0.1", "port": port, "protocol": "http"}
    connection = snowflake.connector.connect(**options)
    connection.cursor().execute("CREATE DATABASE KEPT")
    connection.cursor().execute("CREATE TABLE T AS SELECT 1 AS A")
    connection.cursor().execute(FOREVER)
    connection.cursor().execute("BEGIN")
    connection.cursor().execute("INSERT INTO T VALUES (2)")
    endless = threading.Thread(target=run_forever, args=(options,), daemon=True)
    endless.start()
    time.sleep(0.3)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.strip(), err) == (0, "closed", "")
    with Engine(file) as engine:
        assert list(engine.connect("KEPT").execute("SELECT * FROM T").rows) == [(1,)]
