from types import SimpleNamespace

import pytest

from shared.audit.cells import cells, unplaced


def publication(*tables, letter=None):
    """Return a publication of tables: (keys, columns of counts, rows, what is declared)."""
    built = []
    for keys, counts, rows, declared in tables:
        columns = [{"name": name, "kind": "code", "key": True} for name in keys]
        columns += [{"name": n, "kind": "count"} | ({"counts": c} if c else {}) for n, c in counts]
        names = [*keys, *(name for name, _ in counts)]
        built.append(
            {
                "id": "t",
                "unit": "participations",
                "columns": columns,
                "rows": [dict(zip(names, row, strict=True)) for row in rows],
                "suppressed": [],
                **declared,
            }
        )
    return SimpleNamespace(pages=[SimpleNamespace(path="p.html", letter=letter, tables=built)])


N = [("count", None)]


def test_an_address_is_what_the_table_the_row_and_the_column_settle():
    counts = [("count", {"place": "employed"}), ("n", {"place": "reached"})]
    declared = {"source": "followup", "where": {"gender": "all"}}
    found = cells(publication((["wave"], counts, [("6", 7, 12)], declared), letter="B"))
    assert [(str(cell.address), cell.exact) for cell in found] == [
        ("followup, 6, employed, group B", 7),
        ("followup, 6, reached, group B", 12),
    ]


def test_tables_that_count_the_same_records_meet():
    men = (["gender"], N, [("man", 9)], {"source": "participations", "where": {}})
    also = (["gender"], N, [("man", 9)], {"source": "referrals", "where": {"referrer": "all"}})
    ended = (["gender"], N, [("man", 9)], {"source": "exits", "where": {"exit": "all"}})
    state = (["state", "gender"], N, [("ended", "man", 9)], {"source": "participations"})
    one, two, three, four = cells(publication(men, also, ended, state))
    assert one.address.counted == two.address.counted
    assert three.address.counted == four.address.counted != one.address.counted


def test_hidden_bands_and_counts_are_told_apart():
    rows = [("af", 12), ("fk", None), ("kommun", "10–19"), ("region", "50+")]
    table = (["referrer"], N, rows, {"source": "referrals", "where": {"gender": "all"}})
    table[3]["suppressed"] = [{"row": 1, "column": "count", "reason": "small"}]
    found = cells(publication(table))
    assert [(cell.least, cell.most) for cell in found] == [
        (12, 12),
        (0, None),
        (10, 19),
        (50, None),
    ]


def test_flows_name_their_table_in_every_row():
    rows = [("party_to_kind", "municipality", "structural", 8)]
    table = {
        "id": "flows",
        "unit": "cases",
        "source": "flows",
        "where": {"lokus_id": "C", "party_to_kind": ["from_party", "kind"]},
        "columns": [
            *({"name": n, "kind": "code", "key": True} for n in ("flow", "comes_from", "goes_to")),
            {"name": "count", "kind": "count"},
        ],
        "rows": [dict(zip(("flow", "comes_from", "goes_to", "count"), rows[0], strict=True))],
        "suppressed": [],
    }
    page = SimpleNamespace(path="p.html", letter=None, tables=[table])
    (cell,) = cells(SimpleNamespace(pages=[page]))
    assert str(cell.address) == "party_to_kind, municipality, structural, group C"


@pytest.mark.parametrize("source", ["followup", "no_such_table"])
def test_a_count_without_all_its_dimensions_has_no_place(source):
    table = (["place"], N, [("reached", 12)], {"source": source, "where": {}})  # of which wave?
    pages = publication(table)
    assert cells(pages) == []
    assert [column for _, column in unplaced(pages)] == ["count"]
