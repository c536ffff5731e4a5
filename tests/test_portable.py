"""Nothing ties the package to Linux: what other systems do not have is asked for before it is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = sorted((Path(__file__).parents[1] / "src").rglob("*.py"))
MODULES = frozenset({"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"})
NAMES = {
    "os": frozenset(
        {"fork", "forkpty", "geteuid", "getpgid", "getuid", "killpg", "mkfifo", "nice", "setsid", "sysconf"}
    )
    | {"sched_getaffinity", "statvfs", "uname", "chown", "fchmod"},
    "signal": frozenset({"SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "alarm", "pause", "setitimer"}),
}


def unguarded(source: str) -> Iterator[str]:
    """Yield each use of what Windows or macOS may lack that nothing guards."""
    tree, lines = ast.parse(source), source.splitlines()
    guarded = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and any("ImportError" in ast.unparse(handler) for handler in node.handlers)
        for inner in node.body
    }
    for node in ast.walk(tree):
        imported = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in imported if name in MODULES and node not in guarded)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder, name = node.value.id, node.attr
            if name in NAMES.get(holder, ()) and f'hasattr({holder}, "{name}")' not in lines[node.lineno - 1]:
                yield f"{holder}.{name}"


def test_what_linux_alone_has_is_guarded() -> None:
    found = {path.name: list(unguarded(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {name: uses for name, uses in found.items() if uses} == {}


def test_the_guard_is_seen() -> None:
    assert list(unguarded("import resource\nos.fork()")) == ["resource", "os.fork"]
    assert list(unguarded("try:\n    import resource\nexcept ImportError:\n    pass")) == []
    assert list(unguarded('x = os.nice(1) if hasattr(os, "nice") else 0')) == []
