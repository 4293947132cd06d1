"""All attacks on one publication."""

import pytest

from shared.audit.audit import CHECKS, WARNED, attack
from shared.audit.knowledge import Knowledge
from shared.audit.published import read_publication
from shared.faults import InputError


def test_a_clean_publication_has_no_findings(publication):
    steps = []
    report = attack(publication(), Knowledge(), steps.append)
    assert report.findings == []
    assert steps == list(report.seconds) == list(CHECKS)


def test_a_leak_is_found_wherever_it_is(publication, tmp_path):
    leak = {"place": "tiny", "count": 2, "share": 0.1, "rate": None}
    publication(row=leak)
    report = attack(read_publication(tmp_path), Knowledge(), lambda name: None)
    assert "small count" in {finding.check for finding in report.findings}


def test_what_is_left_to_a_person_is_a_check_that_is_run():
    assert set(WARNED) <= set(CHECKS)


def test_what_is_no_publication_is_refused(tmp_path):
    with pytest.raises(InputError):
        read_publication(tmp_path)
