from __future__ import annotations

import io
import subprocess
import sys

from rich.console import Console

from landmarq.training.progress import ConsoleReporter


def test_a_log_gets_lines_with_the_time_left() -> None:
    stream = io.StringIO()
    with ConsoleReporter(Console(file=stream), line_every_s=0) as reporter:
        reporter.stage("europe", steps=10, done=4)
        reporter.step(epoch=1, loss=0.5, photos_per_s=12.5)
        reporter.say("[bold]as it is[/bold]")
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("europe: step 5/10  epoch 2  loss 0.500  12.5 photos/s  left 0:00:0")
    assert lines[1] == "[bold]as it is[/bold]"


def test_a_terminal_gets_a_bar() -> None:
    stream = io.StringIO()
    with ConsoleReporter(Console(file=stream, force_terminal=True, width=140)) as reporter:
        reporter.stage("europe", steps=10, done=4)
        reporter.step(epoch=1, loss=0.5, photos_per_s=12.5)
    assert "5/10" in stream.getvalue()
    assert "left" in stream.getvalue()


SIGNALS = """
import os, signal
from landmarq.training.interrupt import StopRequest

before = signal.getsignal(signal.SIGTERM)
with StopRequest() as stop:
    print(stop.asked)
    os.kill(os.getpid(), signal.SIGTERM)
    print(stop.asked)
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        print("stopped")
print(signal.getsignal(signal.SIGTERM) is before)
"""


def test_the_first_signal_asks_and_the_second_stops() -> None:
    # In a process of its own: OpenVINO, where it has run, leaves no good stack for a signal (a fault of its own).
    done = subprocess.run([sys.executable, "-c", SIGNALS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "True", "stopped", "True"]
