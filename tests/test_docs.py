"""The documents can't rot: their commands parse, their links lead somewhere, and every command is spoken of."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from landmarq.cli.main import group

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(document: Path) -> Iterator[str]:
    """Yield the lines of shell blocks, fenced or indented, that call landmarq, joined where they go on."""
    text = document.read_text(encoding="utf-8")
    fenced = re.findall(r"```(?:console|sh|bash|shell)\n(.*?)```", text, re.DOTALL)
    indented = re.findall(r"(?:^ {4}\S.*\n)(?:^ {4,}.*\n)*", text, re.MULTILINE)
    for block in (*fenced, *indented):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.strip().removeprefix("$ ").strip()
            if re.match(r"(\S+=\S+ )*landmarq ", words):
                yield words[words.index("landmarq ") :].partition(" #")[0]


CASES = [(document.name, line) for document in DOCUMENTS for line in commands(document)]


def parse(words: list[str]) -> None:
    """Parse a command line without running it."""
    context = click.Context(group, info_name="landmarq")
    command: click.Command | None = group
    while isinstance(command, click.Group) and words:
        name, *words = words
        if name.startswith("-"):
            return
        command = command.get_command(context, name)
        if command is None:
            raise click.UsageError(f"no such command: {name}")
        context = click.Context(command, parent=context, info_name=name)
    if command is not None:
        command.make_parser(context).parse_args(args=words)


@pytest.mark.parametrize(("document", "line"), CASES, ids=[f"{name}: {line[:60]}" for name, line in CASES])
def test_every_command_in_the_documents_parses(document: str, line: str) -> None:
    assert document
    words = re.split(r"\s(?:[|>&]|2>)", line)[0]
    parse(shlex.split(words)[1:])


def test_a_wrong_command_does_not_parse() -> None:
    with pytest.raises(click.UsageError, match="no such command"):
        parse(["cake"])
    with pytest.raises(click.UsageError, match="--cake"):
        parse(["albums", "--cake"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_files_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_readme_names_every_document() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for document in DOCUMENTS[1:]:
        assert f"docs/{document.name}" in readme, document.name


@pytest.mark.parametrize("name", group.list_commands(click.Context(group)))
def test_every_command_has_help_that_says_what_it_does(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help, f"{name}: {parameter.opts[0]} says nothing"
