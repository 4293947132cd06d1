"""Environment: pyproject.toml, requirements.txt (the lock) and environment.yml agree."""

import re
import tomllib

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from shared.places import ROOT

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?= |$)")
FETCHED = re.compile(
    r"https?:|git\+|file:|--(?:extra-)?index-url|--find-links|--trusted-host|^-[if]\b", re.MULTILINE
)
FILES = ["requirements.txt", "pyproject.toml", "environment.yml"]


def project() -> dict:
    return tomllib.loads(text_of("pyproject.toml"))


def conda() -> dict:
    return yaml.safe_load(text_of("environment.yml"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def direct_dependencies() -> dict[str, list[str]]:
    """What pyproject.toml asks for, by where it asks."""
    asked = project()["project"]
    groups = {"build-system": project()["build-system"]["requires"], "run": asked["dependencies"]}
    return groups | asked["optional-dependencies"]


def locked_lines() -> list[str]:
    """The lock's entries, each on one line with its hashes; comments left out."""
    joined = text_of("requirements.txt").replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def locked(python: str) -> dict[str, Version]:
    """The version of each package that the lock gives this Python, by normalised name."""
    given = {**default_environment(), "python_full_version": f"{python}.0"}
    given["python_version"] = python
    versions: dict[str, Version] = {}
    for line in locked_lines():
        entry = Requirement(line.partition("--hash")[0])
        if entry.marker is None or entry.marker.evaluate(given):
            (pin,) = entry.specifier
            assert pin.operator == "==", f"{entry.name} is not pinned to one version"
            versions[canonicalize_name(entry.name)] = Version(pin.version)
    return versions


def conda_python() -> str:
    listed = [entry for entry in conda()["dependencies"] if isinstance(entry, str)]
    (python,) = (entry for entry in listed if entry.startswith("python="))
    return python.removeprefix("python=")


def test_every_optional_group_is_held_to_the_lock():
    assert set(direct_dependencies()) == {"build-system", "run", "lab", "dev"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_direct_dependencies_are_locked_at_versions_they_admit(python):
    versions = locked(python)
    wrong = []
    for where, listed in direct_dependencies().items():
        for requirement in map(Requirement, listed):
            version = versions.get(canonicalize_name(requirement.name))
            if version is None or version not in requirement.specifier:
                wrong.append(f"{where}: {requirement}, locked {version}; run make lock")
    assert wrong == []


def test_every_locked_package_has_a_hash():
    assert len(locked_lines()) > 100
    assert [line for line in locked_lines() if not HASH.search(line)] == []


@pytest.mark.parametrize("name", FILES)
def test_no_file_says_where_packages_are_fetched(name):
    kept = [line for line in text_of(name).splitlines() if not line.lstrip().startswith("#")]
    assert FETCHED.findall("\n".join(kept)) == []


def test_conda_environment_installs_the_lock_and_nothing_else():
    (pip,) = (entry["pip"] for entry in conda()["dependencies"] if isinstance(entry, dict))
    assert pip == ["-r requirements.txt"]
    assert conda()["channels"][0] == "conda-forge"


def test_conda_python_is_one_the_project_runs_on():
    assert Version(conda_python()) in SpecifierSet(project()["project"]["requires-python"])


def test_lock_is_compiled_for_the_oldest_python_the_project_admits():
    oldest = min(spec.version for spec in SpecifierSet(project()["project"]["requires-python"]))
    assert f"--python-version {oldest}" in text_of("Makefile")
    assert Version(conda_python()) == Version(oldest)
