from __future__ import annotations

import subprocess
import sys


def test_importing_the_metrics_imports_no_scipy() -> None:
    code = "import sys, landmarq.metrics; sys.exit(any(name.startswith('scipy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
