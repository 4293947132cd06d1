"""Whole waves, run once for all tests by the command line that users run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.identity.keys import group_letters, study_key
from shared.places import ROOT
from shared.study import load_study


@pytest.fixture(scope="session")
def lokus(keys, tmp_path_factory):
    """Run ``lokus`` with its processed tables in a temporary folder; return what it said."""
    processed = tmp_path_factory.mktemp("processed")
    environment = {**os.environ, "LOKUS_PROCESSED": str(processed), "LOKUS_KEYS": str(keys)}

    def run(*arguments, **more):
        command = [sys.executable, "-c", "from shared.cli import main; main()"]
        return subprocess.run(
            [*command, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment | more,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def wave(lokus, tmp_path_factory):
    """Run a committed study's wave; return the folder of its pages, for each run only once."""
    reports, made = tmp_path_factory.mktemp("reports"), set()

    def run(study, months, *options, language="sv"):
        if (study, options, language) not in made:
            folder = ROOT / "data" / "raw" / study
            done = lokus(
                *("run", folder, "--wave", months, "--out", reports, "--language", language),
                *options,
            )
            assert done.returncode == 0, done.stderr + done.stdout
            made.add((study, options, language))
        return reports / study / f"wave-{months:02d}" / language

    return run


@pytest.fixture(scope="session")
def letter(keys):
    """Return the letter that a raw group has in a wave of a committed study."""

    def look_up(study, group, months):
        groups = [one.id for one in load_study(ROOT / "data" / "raw" / study).groups]
        return group_letters(groups, study_key(study), months)[group]

    return look_up


@pytest.fixture(scope="session")
def table():
    """Return the rows of a published table."""

    def read(page: Path, name: str):
        found = json.loads(page.with_suffix(".tables.json").read_text(encoding="utf-8"))
        return {one["id"]: one for one in found}[name]

    return read
