"""Each command on the page of questions runs as it stands there, and answers."""

import re
import sys
from pathlib import Path

import pytest

from salessim import cli

PAGE = (Path(__file__).parents[1] / "docs" / "questions.md").read_text("utf-8")
QUESTIONS = re.findall(r"^### (\d+\. .+?)$(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))


def words_of(line: str) -> list[str]:
    """A command's words, as a shell would split them."""
    import shlex

    return shlex.split(line)


def test_there_are_thirty() -> None:
    assert [int(title.split(".")[0]) for title, _ in QUESTIONS] == list(range(1, 31))


@pytest.mark.slow
@pytest.mark.parametrize(("title", "text"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_the_command_of_a_question_answers(
    title: str,
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    commands = re.findall(r"^    (salessim .+)$", text, re.MULTILINE)
    assert commands, title
    for command in commands:
        words = words_of(command)
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert ended.value.code in (0, None), said.err
        assert said.out.strip()
        if "--out" in words:
            assert any((tmp_path / words[words.index("--out") + 1]).iterdir())
