"""What must hold for the repository as a whole."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".csv",
    ".html",
    ".css",
    ".js",
    ".yml",
    ".yaml",
    ".lock",
    ".in",
}
# addresses of package registries, and folders of somebody's machine
HOSTS = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|--(?:extra-)?index-url|--find-links"
)
PATHS = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|opt)/[\w.-]+")


def tracked() -> list[Path]:
    out = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if out.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in out.stdout.split("\0") if name]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        if path == Path(__file__) or "vendor" in path.parts or not path.exists():
            continue
        if path.suffix in TEXT or path.name in ("Makefile", "run"):
            for i, line in enumerate(
                path.read_text(encoding="utf-8", errors="replace").split("\n")
            ):
                if pattern.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{i + 1}: {line.strip()[:100]}")
    return found


def test_no_registry_is_named():
    assert lines_with(HOSTS) == []


def test_no_path_of_a_machine_is_named():
    assert lines_with(PATHS) == []


def test_every_locked_requirement_has_a_hash():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        text = (ROOT / name).read_text().replace("\\\n", " ")
        for line in filter(None, text.split("\n")):
            assert re.match(r"^[\w.\[\]-]+==[\w.!+-]+( ;.*?)? .*--hash=sha256:", line), line[:80]


def test_what_is_installed_to_run_is_the_same_when_testing():
    def pins(name):
        return dict(re.findall(r"^([\w.-]+(?:\[\w+\])?)==(\S+)", (ROOT / name).read_text(), re.M))

    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {k: dev.get(k) for k in run} == run


def test_every_link_between_pages_leads_somewhere():
    broken = []
    for page in tracked():
        if page.suffix != ".md" or "vendor" in page.parts:
            continue
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
