"""Records built from a few rows of processed tables."""

from datetime import date

import pytest

from shared.estimates.records import records
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}


@pytest.fixture(scope="session")
def study():
    """Return a function that builds a study of two groups."""

    def build(waves=None, **settings):
        groups = [{"id": "A"}, {"id": "B"}]
        return Study(name="s", title="Study", waves=waves or WAVES, groups=groups, **settings)

    return build


@pytest.fixture(scope="session")
def record(processed, study):
    """Return a function that builds the records of one kind from rows per table."""

    def build(kind, wave=6, settings=None, **rows):
        built = {name: processed(name, *given) for name, given in rows.items()}
        return records(built, settings or study(), wave)[kind]

    return build
