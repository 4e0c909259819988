"""The golden corpus as a whole, and the command that asks an account: tried on the embedded engine's server, through the real connector."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SERVED = """
[targets.account]
type = "snowflake"
account = "snowpact"
user = "tester"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""


@pytest.fixture(scope="module")
def corpus():
    """tool/corpus.py, which is a command and no part of the package."""
    spec = importlib.util.spec_from_file_location("corpus", ROOT / "tool" / "corpus.py")
    module = sys.modules["corpus"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def cases(corpus):
    return corpus.load_cases()


def test_every_case_names_its_source(cases):
    assert [f"{case.family}: {case.title}" for case in cases if not case.source] == []


def test_the_corpus_is_large_and_no_family_is_thin(cases):
    counts = Counter(case.family for case in cases)
    assert len(cases) >= 500
    assert {family: count for family, count in counts.items() if count < 10} == {}


def test_an_answer_is_judged_by_value_and_by_number_of_error(corpus):
    """A number stands for its value, a text for every digit, rows for themselves in any order that the query leaves open."""
    from decimal import Decimal

    assert corpus._same({"sql": "SELECT 1", "rows": [[2, "1.50"], [1.5, None]]}, [[Decimal("1.50"), None], [2, Decimal("1.50")]])
    assert not corpus._same({"sql": "SELECT 1", "rows": [["1.5"]]}, [[Decimal("1.50")]])
    assert not corpus._same({"sql": "SELECT a ORDER BY a", "rows": [[2], [1]]}, [[1], [2]])
    assert not corpus._same({"sql": "SELECT 1", "rows": []}, [[1]])


@pytest.fixture
def account(tmp_path, monkeypatch):
    """A project whose target `account` is a server of the embedded engine."""
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "any")
    monkeypatch.setenv("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
    (tmp_path / "snowpact.toml").write_text("")
    program = Path(sys.executable).parent / "snowpact"
    server = subprocess.Popen([program, "local", "serve", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().split("127.0.0.1:")[1].split()[0])
    (tmp_path / "snowpact.toml").write_text(SERVED.format(port=port))
    yield tmp_path
    server.send_signal(signal.SIGINT)
    server.wait(30)


def test_the_command_asks_an_account_and_tells_what_differs(corpus, account, capsys):
    asked = ["--project", str(account), "--target", "account", "--family", "names", "--output", str(account / "answers.json")]
    assert corpus.main(asked) == 0
    assert "names" in capsys.readouterr().out
    assert [told for told in json.loads((account / "answers.json").read_text()) if told["outcome"] == "differs"] == []
    assert corpus.main([*asked[:4], "--family", "nonsense"]) == 2


def test_the_command_spares_what_is_there(corpus, account, capsys):
    project = corpus.load(account)
    with corpus.open_target(project, project.target("account")) as target:
        target.execute("CREATE DATABASE DB")
    assert corpus.main(["--project", str(account), "--target", "account", "--family", "names"]) == 2
    assert "in use: database DB" in capsys.readouterr().out
