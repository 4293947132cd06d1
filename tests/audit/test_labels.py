from types import SimpleNamespace

import pytest

from shared.audit.knowledge import Knowledge
from shared.audit.labels import profiles, size_bounds, sizes
from shared.estimates.proportions import wilson


def published(kinds, *rows, unit, letter=None, id="table", hidden=(), **more):
    """Return a publication of one table; columns of codes are its keys."""
    columns = [{"name": n, "kind": k, "key": k in ("code", "wave")} for n, k in kinds.items()]
    table = {
        "id": id,
        "unit": unit,
        "columns": columns,
        "rows": [dict(zip(kinds, row, strict=True)) for row in rows],
        "suppressed": [{"row": r, "column": c, "reason": "small"} for r, c in hidden],
        **more,
    }
    page = SimpleNamespace(path="page.html", letter=letter, question="page", tables=[table])
    return SimpleNamespace(pages=[page])


REAL = dict(zip("stuvwxyz", [12, 104, 56, 24, 25, 26, 25, 54], strict=True))
KNOWLEDGE = Knowledge(mode="suppress", sizes=REAL)
BANDS = {"lokus_id": "code", "n": "text", "mean": "score"}
SHARES = {"lokus_id": "code", "share": "share", "low": "share", "high": "share"}


def lettered(*bands, unit="participations", hidden=()):
    """Return a comparison of letters A, B, ... with these bands and scores that all differ."""
    rows = [(chr(65 + i), band, 3 + i / 10) for i, band in enumerate(bands)]
    return published(BANDS, *rows, unit=unit, hidden=hidden)


@pytest.mark.parametrize(
    ("bands", "letters"),
    [
        (["10–49"] * 5 + ["50–199"] * 3, ""),
        (["10–49"] * 6 + ["50–199"] * 2, "GH"),
        (["10–19"] + ["20–199"] * 7, "A"),
        (["10–199"] * 8, ""),
    ],
)
def test_classes_hold_three_letters(bands, letters):
    found = profiles(lettered(*bands), KNOWLEDGE)
    assert [finding.says.split()[1] for finding in found] == list(letters)
    assert not profiles(lettered(*bands), Knowledge(mode="open"))


def test_pattern_of_hidden_cells_tells_letters_apart():
    two = [(0, "mean"), (1, "mean")]
    assert len(profiles(lettered(*["10–49"] * 8, hidden=two), KNOWLEDGE)) == 2
    assert not profiles(lettered(*["10–49"] * 8, hidden=[*two, (2, "mean")]), KNOWLEDGE)


def test_two_tables_together_tell_what_neither_does():
    first = lettered(*["10–49"] * 3 + ["50–199"] * 3).pages[0]
    second = lettered(*["5–9", "10–19"] * 3, unit="respondents").pages[0]
    second.tables[0]["id"] = "other"
    page = SimpleNamespace(**{**vars(first), "tables": first.tables + second.tables})
    for tables, alarms in ((first.tables, 0), (second.tables, 0), (page.tables, 6)):
        shown = SimpleNamespace(pages=[SimpleNamespace(**{**vars(page), "tables": tables})])
        assert len(profiles(shown, KNOWLEDGE)) == alarms


@pytest.mark.parametrize(
    ("band", "fitting"), [("10–49", 5), ("50–199", 3), ("50–99", 2), ("100+", 1), ("12", 1)]
)
def test_real_groups_that_fit_a_letter(band, fitting):
    found = sizes(lettered(band), KNOWLEDGE)
    assert bool(found) == (fitting < 3)
    assert all(f"{fitting} of the real groups" in finding.says for finding in found)


def test_size_known_from_share_and_interval():
    shown = []
    for letter, (count, n) in {"A": (30, 70), "B": (6, 15)}.items():
        row = wilson(count, n).iloc[0]
        shown.append((letter, *(round(float(row[c]), 3) for c in ("share", "low", "high"))))
    page = published(SHARES, *shown, unit="follow-ups")
    least = {letter: min(b.values())[0] for letter, b in size_bounds(page, KNOWLEDGE).items()}
    assert least == {"A": 70, "B": 15}
    assert [finding.says[:8] for finding in sizes(page, KNOWLEDGE)] == ["letter A"]


def test_class_interval_fits_its_whole_class():
    """Intervals as if each group of the class had 20 fit all groups that have as many."""
    rows = []
    for letter, share in zip("ABC", (0.35, 0.4, 0.55), strict=True):
        row = wilson(share * 20, 20).iloc[0]
        rows.append((letter, *(float(row[c]) for c in ("share", "low", "high"))))
    page = published(SHARES, *rows, unit="follow-ups")
    bounds = size_bounds(page, KNOWLEDGE)
    assert {min(b.values())[0] for b in bounds.values()} == {20}
    assert not sizes(page, KNOWLEDGE)
