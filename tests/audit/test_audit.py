"""All attacks on one publication."""

import pytest

from shared.audit.audit import CHECKS, attack, audit
from shared.audit.knowledge import Knowledge
from shared.faults import InputError


def test_a_clean_publication_has_no_findings(publication):
    steps = []
    report = attack(publication(), Knowledge(), steps.append)
    assert report.findings == []
    assert steps == list(report.seconds) == list(CHECKS)


def test_a_leak_is_found_wherever_it_is(publication, tmp_path):
    leak = {"place": "tiny", "count": 2, "share": 0.1, "rate": None}
    publication(row=leak)
    assert "small count" in {finding.check for finding in audit(tmp_path, Knowledge())}


def test_what_is_no_publication_is_refused(tmp_path):
    with pytest.raises(InputError):
        audit(tmp_path, Knowledge())
