"""What a user types and what the program answers, as files: transcripts/*.txt, written as tests/cli/transcript.py says.

``pytest tests/cli --update-transcripts`` writes what is printed now: read the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.transcript import played

FOLDER = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_program_answers_as_written(path, tmp_path, project_in, request):
    text = path.read_text(encoding="utf-8")
    answer = played(project_in(tmp_path), text)
    if request.config.getoption("--update-transcripts"):
        path.write_text(answer, encoding="utf-8")
    assert answer == text
