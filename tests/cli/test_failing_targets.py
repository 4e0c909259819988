"""Targets that refuse, are held, or fail half way: exit 3, 5 and 4, and what each leaves behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

SNOWPACT = str(Path(sys.executable).parent / "snowpact")
SECONDS = 60

TARGET = """
[targets.prod]
type = "snowflake"
account = "nobody"
user = "someone"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""

ON_A_TARGET = ["snowpact migrate plan", "snowpact migrate apply", "snowpact migrate status", "snowpact drift", "contracts check"]


def add_target(project, port: int) -> None:
    project.write("snowpact.toml", (project.folder / "snowpact.toml").read_text() + TARGET.format(port=port))


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def hanging_up():
    """A server that takes every connection and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def refusing(tmp_path):
    """A server that answers 403 to everything."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Refuse(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(403)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refuse) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("server", ["closed_port", "hanging_up", "refusing"])
def test_a_server_that_refuses_is_exit_3(skeleton, server, request):
    """In a process of its own, which is killed if it does not end."""
    add_target(skeleton, request.getfixturevalue(server))
    done = subprocess.run(
        [SNOWPACT, "migrate", "plan", "--target", "prod", "--format", "json"],
        cwd=skeleton.folder, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error: target 'prod' (127.0.0.1) can't be used: ")
    assert '"verdict": "error"' in done.stdout


def test_every_command_gives_the_same_answer(skeleton, closed_port):
    add_target(skeleton, closed_port)
    answers = {line: skeleton.run(f"{line} --target prod --format json") for line in ON_A_TARGET[:1] + ON_A_TARGET[3:]}
    assert {answer.code for answer in answers.values()} == {3}
    assert len({answer.json["errors"][0]["message"] for answer in answers.values()}) == 1


HOLDER = """
import sys, time
from pathlib import Path
from snowpact.local.target import open_local
with open_local(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(skeleton):
    """The project's engine, held by another process; its id."""
    assert skeleton.run("snowpact migrate apply").code == 0
    file = skeleton.folder / ".snowpact/local/snowflake.duckdb"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    yield holder.pid
    holder.communicate("", timeout=SECONDS)


def test_an_engine_held_by_another_process_is_exit_5_with_its_id(skeleton, held):
    for line in [*ON_A_TARGET, "snowpact local sql 'SELECT 1'", "snowpact local reset --yes", "snowpact local serve --port 0"]:
        line = f"{line} --target local" if line in ON_A_TARGET else line
        answer = skeleton.run(line)
        assert answer.code == 5, line + answer.out + answer.err
        assert f"process {held}" in answer.err
        assert "snowpact local serve" in answer.err
        assert answer.out == ""
    report = skeleton.run("snowpact drift --format json")
    assert report.code == 5
    assert report.json["verdict"] == "error"
    assert str(held) in report.json["errors"][0]["message"]


def test_checking_offline_needs_no_engine(skeleton, held):
    assert skeleton.run("contracts check").code == 0


# A procedure that works once: the rehearsal passes, and then apply meets what the rehearsal could not know.
ONCE = """\
CREATE TABLE SALES.MARTS.STEPS (step VARCHAR);
INSERT INTO SALES.MARTS.STEPS VALUES ('first');
CREATE OR REPLACE PROCEDURE SALES.MARTS.ONCE() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS
$$
def run(session):
    open({marker!r}, "x").close()
    return "done"
$$;

CALL SALES.MARTS.ONCE();
INSERT INTO SALES.MARTS.STEPS VALUES ('last');
"""
SCRIPT = "migrations/orders/V1.1.0__once.sql"


@pytest.fixture
def failing(skeleton, tmp_path):
    """The skeleton, applied; and a script whose fourth statement works the first time alone."""
    assert skeleton.run("snowpact migrate apply").code == 0
    skeleton.write(SCRIPT, ONCE.format(marker=str(tmp_path / "marker")))
    return skeleton


def test_a_statement_that_fails_while_applying_is_exit_4(failing):
    answer = failing.run("snowpact migrate apply --format json")
    assert answer.code == 4, answer.out + answer.err
    assert answer.json["verdict"] == "error"
    [fault] = answer.json["errors"]
    assert (fault["file"], fault["line"]) == (SCRIPT, 11)
    assert "CALL SALES.MARTS.ONCE()" in fault["message"]
    assert "100357 (P0000)" in fault["message"] and "FileExistsError" in fault["message"]
    assert answer.err.startswith(f"error: {SCRIPT}:11: the statement failed: ")

    assert failing.sql("SELECT step FROM SALES.MARTS.STEPS") == [{"STEP": "first"}], "what ran before stays"
    history = "SELECT SCRIPT, STATUS, VERSION FROM SNOWPACT.ORDERS.CHANGE_HISTORY ORDER BY INSTALLED_ON"
    assert failing.sql(history)[-1] == {"SCRIPT": "V1.1.0__once.sql", "STATUS": "Failed", "VERSION": "1.1.0"}
    [journal] = failing.sql("SELECT SCRIPT, ORDINAL, FILE, LINE, STATEMENT FROM SNOWPACT.ORDERS.STATEMENT_HISTORY")
    assert (journal["ORDINAL"], journal["FILE"], journal["LINE"]) == (4, SCRIPT, 11)
    assert journal["STATEMENT"].startswith("CALL SALES.MARTS.ONCE()")


def test_status_shows_the_failure_and_a_mended_file_applies(failing):
    assert failing.run("snowpact migrate apply").code == 4
    status = failing.run("snowpact migrate status")
    assert f"failed   {SCRIPT}" in status.out
    assert "statement 4, line 11: 100357 (P0000)" in status.out
    entry = failing.run("snowpact migrate status --format json").json["summary"]["pipelines"][0]["scripts"][-1]
    assert (entry["state"], entry["failed_at"]["line"], entry["failed_at"]["ordinal"]) == ("failed", 11, 4)

    mended = "CREATE TABLE IF NOT EXISTS SALES.MARTS.STEPS (step VARCHAR);\nINSERT INTO SALES.MARTS.STEPS VALUES ('mended');\n"
    failing.write(SCRIPT, mended)
    applied = failing.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["summary"]["applied"]) == (0, 1), applied.err
    assert [row["STEP"] for row in failing.sql("SELECT step FROM SALES.MARTS.STEPS")] == ["first", "mended"]
    assert "failed" not in failing.run("snowpact migrate status").out
    assert failing.run("snowpact migrate apply --format json").json["summary"]["applied"] == 0


def test_failed_runs_can_be_forgotten(failing):
    assert failing.run("snowpact migrate apply").code == 4
    forgotten = failing.run("snowpact migrate repair --forget-failed", SCRIPT)
    assert (forgotten.code, forgotten.out) == (0, f"forgot the failed runs of {SCRIPT}\n")
    assert f"pending  {SCRIPT}" in failing.run("snowpact migrate status").out


def test_the_open_transaction_of_a_failed_script_is_given_up(failing, tmp_path):
    body = ONCE.format(marker=str(tmp_path / "marker")).replace("CALL", "BEGIN;\nINSERT INTO SALES.MARTS.STEPS VALUES ('unsure');\nCALL")
    failing.write(SCRIPT, body)
    assert failing.run("snowpact migrate apply").code == 4
    assert failing.sql("SELECT step FROM SALES.MARTS.STEPS") == [{"STEP": "first"}]


def test_a_killed_apply_leaves_what_was_committed(skeleton, tmp_path):
    """The file opens again, and apply goes on."""
    marker = tmp_path / "marker"
    killing = f"import os, signal\n    if os.path.exists({str(marker)!r}):\n        os.kill(os.getppid(), signal.SIGKILL)\n    open("
    skeleton.write(SCRIPT, ONCE.format(marker=str(marker)).replace("open(", killing))
    done = subprocess.run([SNOWPACT, "migrate", "apply"], cwd=skeleton.folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    status = skeleton.run("snowpact migrate status").out
    assert "applied  migrations/orders/V1.0.0__orders.sql" in status and f"pending  {SCRIPT}" in status
    assert skeleton.sql("SELECT step FROM SALES.MARTS.STEPS") == [{"STEP": "first"}]
    skeleton.write(SCRIPT, "CREATE TABLE IF NOT EXISTS SALES.MARTS.STEPS (step VARCHAR);\n")
    again = skeleton.run("snowpact migrate apply --format json")
    assert (again.code, again.json["summary"]["applied"]) == (0, 1), again.err
