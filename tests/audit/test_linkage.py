from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from shared.audit import linkage
from shared.audit.knowledge import Knowledge
from shared.audit.letter_order import letter_order
from shared.audit.linkage import (
    chance_of_matches,
    letters_kept,
    letters_linked,
    same_groups,
)

LETTERS = "ABCDEFGH"
SIZES = [12, 104, 56, 24, 25, 26, 27, 54]
EARLIER = Path("wave-12")


def table(id, unit, kinds, *rows):
    columns = [{"name": n, "kind": k, "key": k in ("code", "wave")} for n, k in kinds.items()]
    listed = [dict(zip(kinds, row, strict=True)) for row in rows]
    return {"id": id, "unit": unit, "columns": columns, "rows": listed, "suppressed": []}


def release(order, seed, *, again=(), alike=0.0, wave=None):
    """Return a release in which group ``order[i]`` has the i-th letter.

    again : letters whose compared figures are those that the group always has.
    alike : how much the compared figures owe to the group rather than to chance.
    """
    lasting = np.random.default_rng(0).normal(size=(8, 4))
    noise = np.random.default_rng(seed).normal(size=(8, 4))
    pages, compared = [], []
    for letter, group in zip(LETTERS, order, strict=True):
        waves = [(month, SIZES[group] * 10 + month) for month in (0, 6, 12)]
        own = table("case_rates", "cases", {"period": "wave", "n": "count"}, *waves)
        count = ("all", SIZES[group])
        in_all = table("referrals", "participations", {"referrer": "code", "n": "count"}, count)
        pages.append(SimpleNamespace(path=letter, letter=letter, tables=[own, in_all]))
        part = 1.0 if letter in again else alike
        figures = part * lasting[group] + (1 - part) * noise[group]
        compared.append((letter, *(round(float(figure), 1) for figure in figures)))
    kinds = {"lokus_id": "code", **dict.fromkeys("abcd", "score")}
    tables = [table("comparison_scores", "respondents", kinds, *compared)]
    pages.append(SimpleNamespace(path="comparison.html", letter=None, tables=tables))
    return SimpleNamespace(pages=pages, manifest={"wave": wave})


@pytest.fixture
def knowing(monkeypatch):
    """Let an earlier release be read."""

    def know(earlier):
        monkeypatch.setattr(linkage, "read_publication", lambda path: earlier)
        return Knowledge(mode="suppress", earlier=(EARLIER,))

    return know


FIRST = [3, 0, 6, 1, 7, 4, 2, 5]
SECOND = [5, 7, 6, 0, 3, 2, 1, 4]  # one group keeps its letter, as one does on average


def test_chance_of_matches_is_that_of_all_orders():
    orders = list(permutations(range(6)))
    for least in range(7):
        many = sum(sum(a == b for a, b in enumerate(o)) >= least for o in orders)
        assert chance_of_matches(least, 6) == pytest.approx(many / len(orders))


def test_groups_are_known_again_by_their_own_pages():
    pairs = same_groups(release(FIRST, 1), release(SECOND, 2))
    assert pairs == {
        old: LETTERS[SECOND.index(group)] for old, group in zip(LETTERS, FIRST, strict=True)
    }


def test_kept_letters(knowing):
    knowledge = knowing(release(FIRST, 1))
    assert not letters_kept(release(SECOND, 2), knowledge)
    found = letters_kept(release(FIRST, 2), knowledge)
    assert [finding.says.split(" have")[0] for finding in found] == ["8 of 8 groups"]
    half = [*FIRST[:4], *FIRST[5:], FIRST[4]]  # four kept of eight may be chance
    assert not letters_kept(release(half, 2), knowledge)


def test_correction_of_the_same_wave_keeps_its_letters(knowing):
    knowledge = knowing(release(FIRST, 1, wave=12))
    assert not letters_kept(release(FIRST, 1, wave=12), knowledge)
    assert letters_kept(release(FIRST, 1, wave=18), knowledge)


def test_row_that_was_shown_before(knowing):
    knowledge = knowing(release(FIRST, 1, again=LETTERS[FIRST.index(3)]))
    new = LETTERS[SECOND.index(3)]
    found = letters_linked(release(SECOND, 2, again=new), knowledge)
    assert [finding.says[:8] for finding in found] == [f"letter {new}"]
    assert not letters_linked(release(SECOND, 2), knowledge)


def test_figures_of_two_letters_link_neither(knowing):
    earlier, later = release(FIRST, 1), release(SECOND, 2)
    before = earlier.pages[-1].tables[0]["rows"][0]
    for row in later.pages[-1].tables[0]["rows"][:2]:
        row.update({name: before[name] for name in "abcd"})
    assert not letters_linked(later, knowing(earlier))


def test_letters_followed_by_how_alike_they_are(knowing):
    knowledge = knowing(release(FIRST, 1, alike=0.8))
    found = letters_linked(release(SECOND, 2, alike=0.8), knowledge)
    assert [finding.check for finding in found] == ["letters followed"]


@pytest.mark.parametrize("seed", range(5))
def test_chance_likeness_is_silent(knowing, seed):
    knowledge = knowing(release(FIRST, 10 + seed))
    assert not letters_linked(release(SECOND, 20 + seed), knowledge)


def test_letters_in_order_of_size():
    by_size = sorted(range(8), key=SIZES.__getitem__)
    for order, alarms in ((by_size, 1), (by_size[::-1], 1), (FIRST, 0), (range(8), 0)):
        found = letter_order(release(list(order), 1), Knowledge(mode="suppress"))
        assert [finding.says.split("'")[1].split(";")[0].strip() for finding in found] == (
            ["size"] * alarms
        )


def test_letters_in_order_of_name():
    names = dict(zip("stuvwxyz", SIZES, strict=True))
    knowledge = Knowledge(mode="suppress", sizes=names)
    assert ["name" in f.says for f in letter_order(release(range(8), 1), knowledge)] == [True]
    assert not letter_order(release(FIRST, 1), knowledge)
    doubtful = Knowledge(mode="suppress", sizes={**names, "a": 12, "b": 104})
    assert not letter_order(release(range(8), 1), doubtful)  # six known names may be chance
    told = dict(zip(names, LETTERS, strict=True))
    assert letter_order(release(range(8), 1), Knowledge(sizes={}, letters=told))
