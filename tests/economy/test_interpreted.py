"""The kernels as plain Python: the same numbers as compiled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve()
SCRIPT = """
import json, sys
sys.path.insert(0, {tests!r})
from economy_days import days
print(json.dumps(days()))
"""


def run(interpreted):
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(HERE.parents[2] / "src"), str(HERE.parents[1])])
    env["NUMBA_DISABLE_JIT"] = "1" if interpreted else "0"
    code = SCRIPT.format(tests=str(HERE.parents[1] / "factories"))
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_interpreted_and_compiled_days_agree():
    compiled, plain = run(False), run(True)
    assert set(compiled) == set(plain)
    for name, value in compiled.items():
        np.testing.assert_allclose(plain[name], value, rtol=1e-9, atol=1e-12, err_msg=name)
