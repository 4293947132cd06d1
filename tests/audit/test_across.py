from pathlib import Path
from types import SimpleNamespace

import pytest

from shared.audit import across
from shared.audit.across import changed_counts, shown_before
from shared.audit.counts_attack import derived_counts
from shared.audit.knowledge import Knowledge
from shared.audit.waves_attack import derived_over_waves

KNOWING = Knowledge(earlier=(Path("wave-12.zip"),))
HIDDEN = None


def pages(*counts, wave=18, source="participations", letter=None, **where):
    """Return a publication of one table; counts are (categories..., n), hidden where n is None."""
    keys = {"participations": ["state", "gender"], "states": ["month", "state"]}
    names = [*keys.get(source, ["party"]), "count"]
    table = {
        "id": "t",
        "unit": "participations",
        "source": source,
        "where": where,
        "columns": [{"name": n, "kind": "code", "key": True} for n in names[:-1]]
        + [{"name": "count", "kind": "count"}],
        "rows": [dict(zip(names, row, strict=True)) for row in counts],
        "suppressed": [
            {"row": n, "column": "count"} for n, row in enumerate(counts) if row[-1] is HIDDEN
        ],
    }
    page = SimpleNamespace(path="p.html", letter=letter, tables=[table])
    return SimpleNamespace(pages=[page], manifest={"wave": wave})


@pytest.fixture
def before(monkeypatch):
    """Return a function that says what was published before, and which letter is now which."""

    def publish(publication, letters=()):
        monkeypatch.setattr(across, "read_publication", lambda path: publication)
        monkeypatch.setattr(across, "same_groups", lambda old, new: dict(letters))

    return publish


@pytest.mark.parametrize(
    ("then", "now", "found"), [(20, 23, 1), (20, 25, 0), (20, 20, 0), (20, 18, 1), (HIDDEN, 20, 0)]
)
def test_the_few_who_came_between_are_found(before, then, now, found):
    before(pages(("all", "woman", then), wave=12))
    assert len(changed_counts(pages(("all", "woman", now)), KNOWING)) == found


@pytest.mark.parametrize(("state", "found"), [("ended", 1), ("ongoing", 0)])
def test_only_what_lasts_is_compared_with_another_wave(before, state, found):
    """Three more who are going on may be ten who came and seven who left."""
    before(pages((state, "woman", 20), wave=12))
    assert len(changed_counts(pages((state, "woman", 23)), KNOWING)) == found


def test_questionnaires_of_the_current_wave_are_others_at_the_next(before):
    before(pages(("af", 20), wave=12, source="response_by_party", response="all"))
    now = pages(("af", 23), source="response_by_party", response="all")
    assert changed_counts(now, KNOWING) == []


def test_a_group_is_compared_by_the_letter_it_has_now(before):
    then = pages(("all", "woman", 20), wave=12, letter="A")
    now = pages(("all", "woman", 23), letter="C")
    before(then)
    assert changed_counts(now, KNOWING) == []
    before(then, {"A": "C"})
    (finding,) = changed_counts(now, KNOWING)
    assert finding.derivation == "participations, woman, group C: 23 - 20 = 3"


def test_a_correction_tells_nothing_of_those_corrected(before):
    before(pages(("ongoing", "woman", 20), ("ongoing", "man", HIDDEN), ("ended", "man", 9)))
    now = pages(("ongoing", "woman", 21), ("ongoing", "man", 8), ("ended", "man", HIDDEN))
    assert len(changed_counts(now, KNOWING)) == 1
    says = [finding.says for finding in shown_before(now, KNOWING)]
    assert ["ongoing, man: was hidden" in one for one in says] == [True, False]
    assert ["ended, man: was shown" in one for one in says] == [False, True]


def test_hidden_cells_of_two_waves_give_each_other_away(before):
    """Ten women of twenty; then twenty-seven, of whom fifteen men: two women came."""
    then = pages(("all", "woman", 10), ("all", "man", 10), ("all", "all", 20), wave=12)
    now = pages(("all", "woman", HIDDEN), ("all", "man", 15), ("all", "all", 27))
    before(then)
    assert changed_counts(now, KNOWING) == derived_counts(now, KNOWING) == []
    (finding,) = derived_over_waves(now, KNOWING)
    assert finding.says.startswith("those who came since wave-12.zip, participations, woman: is 2")
    before(pages(("all", "woman", HIDDEN), ("all", "man", HIDDEN), ("all", "all", 20), wave=12))
    assert derived_over_waves(now, KNOWING) == []


def test_what_was_hidden_cannot_have_been_more_than_there_are_now(before):
    """Who had ended then has ended now; who was going on then may have ended since."""

    def found(state):
        hidden = [(state, "woman", HIDDEN), (state, "man", HIDDEN)]
        before(pages(*hidden, (state, "all", 9), wave=12))
        assert derived_over_waves(pages(*hidden, (state, "all", 15)), KNOWING) == []
        now = pages((state, "woman", 3), (state, "man", 12), (state, "all", 15))
        return derived_over_waves(now, KNOWING)

    assert found("ongoing") == []
    (finding,) = found("ended")
    assert finding.says.startswith("participations, ended, woman, in wave-12.zip: lies from 0 to 3")


def test_counts_that_became_less_do_not_stop_the_attack(before):
    then = [("all", "woman", 10), ("all", "man", 12), ("all", "all", 22)]
    before(pages(*then, wave=12))
    now = pages(("all", "woman", HIDDEN), ("all", "man", 11), ("all", "all", 23))
    assert any("woman: is 2" in one.says for one in derived_over_waves(now, KNOWING))


def test_nothing_is_found_without_earlier_pages_or_protection(before):
    before(pages(("all", "woman", 20), wave=12))
    now = pages(("all", "woman", 23))
    for knowledge in (Knowledge(), Knowledge(mode="open", earlier=KNOWING.earlier)):
        assert changed_counts(now, knowledge) == derived_over_waves(now, knowledge) == []
