"""Bad input, as data (bad_input.yml): exit 2 and a message that says where and what to do; never a traceback, never a long wait.

`contracts check` and `migrate plan` give the same answer wherever both meet the fault, in text and as JSON.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TABLE = yaml.safe_load((Path(__file__).parent / "bad_input.yml").read_text(encoding="utf-8"))
DEFAULT_RUN = TABLE.pop("default_run")
CASES = [(f"{family}: {case['name']}", case) for family, cases in TABLE.items() for case in cases]
SECONDS = 30
"""What never ends is killed. All of it takes a few seconds; a crowded machine may take longer, and is no failure."""


def lay_out(project, files: dict) -> None:
    for path, content in files.items():
        file = project.folder / path
        if content is None:
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        elif isinstance(content, str):
            project.write(path, content)
        elif "link" in content:
            file.unlink(missing_ok=True)
            file.symlink_to(content["link"])
        else:
            project.write(path, bytes.fromhex(content["hex"]) if "hex" in content else content["text"] * content["times"])


def answered(project, line: str, process: bool) -> tuple[int, str, str]:
    if not process:
        answer = project.run(line)
        return answer.code, answer.out, answer.err
    program, *words = shlex.split(line)
    command = [str(Path(sys.executable).parent / program), *words]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("name", "case"), CASES, ids=[name for name, _ in CASES])
def test_bad_input_is_exit_2_and_says_where(skeleton, name, case):
    lay_out(skeleton, case.get("files", {}))
    process = case.get("process", False)
    answers = set()
    for line in case.get("run", DEFAULT_RUN):
        for style in case.get("formats", ["text", "json"]):
            code, out, err = answered(skeleton, line if style == "text" else f"{line} --format json", process)
            said = f"$ {line}\n{out}{err}"
            assert code == 2, said
            assert "Traceback" not in out + err, said
            assert "a fault of snowpact's own" not in err, said
            faults = [text for text in err.splitlines() if text.startswith("error: ")]
            assert len(faults) == len(case["error"]), said
            for shown, (file, at, *words) in zip(faults, case["error"], strict=True):
                place = file or "" if at is None else f"{file}:{at}" if file else f"line {at}"
                assert shown.startswith(f"error: {place}"), said
                assert all(word in shown for word in words), (words, said)
            answers.add(("text", "\n".join(faults)))
            if style == "json":
                report = json.loads(out)
                assert report["verdict"] == "error", said
                places = [(fault["file"], fault["line"]) for fault in report["errors"]]
                assert places == [(file, at) for file, at, *_ in case["error"]], said
                answers.add(("json", json.dumps(report["errors"])))
            else:
                assert out == "", said
    told = {kind: [text for each, text in answers if each == kind] for kind in ("text", "json")}
    assert all(len(texts) <= 1 for texts in told.values()), told
