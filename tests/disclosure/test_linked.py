"""Linked tables: which cells of different tables count the same, worked by hand on tiny tables."""

from itertools import product

import pandas as pd
import pytest

from shared.disclosure.counts import CountTable, count
from shared.disclosure.linked import COARSER, link
from shared.disclosure.suppress import suppress
from shared.sources.dictionary import code_lists

GROUPS = ["A"]


def table(name, *dimensions, totals=None, **declared):
    """Declare a table that sums over all its dimensions unless told otherwise."""
    totals = list(dimensions) if totals is None else totals
    return CountTable(name, "r", "people", list(dimensions), totals, **declared)


class Linked:
    """Tables of the same records: their cells by table and categories, and all relations."""

    def __init__(self, tables, rows, wave=6):
        rows = pd.DataFrame(rows)
        if "lokus_id" not in rows:
            rows = rows.assign(lokus_id="A")
        counted = []
        for one in tables:
            chosen = rows
            for column, value in {**one.where, **({"wave": wave} if one.current else {})}.items():
                chosen = chosen[chosen[column] == value]
            counted.append((one, *count(chosen, one, sorted(rows["lokus_id"].unique()))))
        self.relations = link(counted, wave)
        frames = [(one.id, cells) for one, cells, _ in counted]
        self.names = [
            (name, *row)
            for name, cells in frames
            for row in cells.drop(columns="n").itertuples(index=False, name=None)
        ]
        self.counts = pd.concat([cells["n"] for _, cells in frames]).to_numpy()
        self.own = sum(len(own) for *_, own in counted)

    def across(self, group="A"):
        """Return the relations between tables about a group, as names without the group."""
        found = set()
        for relation in self.relations:
            cells = [self.names[cell] for cell in (relation.total, *relation.parts)]
            if len({cell[0] for cell in cells}) > 1 and cells[0][1] == group:
                assert {cell[1] for cell in cells} == {group}
                total, *parts = [(cell[0], *cell[2:]) for cell in cells]
                found.add((total, frozenset(parts)))
        return found

    def hidden(self, group="A"):
        """Return the names of a group's hidden cells."""
        pattern = suppress(self.counts, self.relations)
        return {
            (name, *rest)
            for (name, where, *rest), gone in zip(self.names, pattern, strict=True)
            if gone and where == group
        }


def rows(*counted):
    """Return rows from dictionaries of their values with how many there are: ``n``."""
    return [
        {name: value for name, value in one.items() if name != "n"}
        for one in counted
        for _ in range(one["n"])
    ]


def equal(first, second):
    return (second, frozenset([first]))


# Cells that are the same


def test_same_margin_of_two_tables_is_one_cell():
    tables = [table("ages", "age", "gender"), table("states", "state", "gender")]
    got = Linked(tables, [{"age": "young", "state": "ended", "gender": "woman"}]).across()
    assert got == {
        equal(("ages", "all", "woman"), ("states", "all", "woman")),
        equal(("ages", "all", "all"), ("states", "all", "all")),
    }


def test_margin_is_hidden_in_both_tables_or_in_none():
    # 3 men of 20: only the ages would show them, and only if the states showed the men.
    by_gender = rows(
        {"age": "young", "state": "ended", "gender": "woman", "n": 9},
        {"age": "old", "state": "ended", "gender": "woman", "n": 8},
        {"age": "old", "state": "ended", "gender": "man", "n": 3},
    )
    tables = [table("ages", "age", "gender"), table("states", "state", "gender")]
    hidden = Linked(tables, by_gender).hidden()
    for gender in ("woman", "man", "all"):
        both = {name for name in ("ages", "states") if (name, "all", gender) in hidden}
        assert both in ({"ages", "states"}, set())
    assert ("states", "all", "man") in hidden


def test_groups_are_linked_each_by_itself_and_so_is_their_sum():
    tables = [table("one", "age"), table("two", "state")]
    linked = Linked(tables, [{"lokus_id": g, "age": "young", "state": "ended"} for g in "AB"])
    for group in ("A", "B", "all"):
        assert linked.across(group) == {equal(("one", "all"), ("two", "all"))}
    assert len(linked.relations) == linked.own + 3


def test_total_that_a_table_does_not_show_links_nothing():
    tables = [table("one", "age", totals=[]), table("two", "state", totals=[])]
    assert Linked(tables, [{"age": "young", "state": "ended"}]).across() == set()


def test_total_of_a_part_is_the_cell_of_that_part():
    # open_cases counts only open cases; cases_by_area only structural ones.
    given = rows(
        {"outcome": "open", "focus": "structural", "area": "rules", "n": 6},
        {"outcome": "solved", "focus": "individual", "area": None, "n": 7},
    )
    tables = [
        table("outcomes", "outcome", "focus"),
        table("open", "area", where={"outcome": "open"}),
        table("areas", "area", where={"focus": "structural"}),
    ]
    got = Linked(tables, given).across()
    assert equal(("outcomes", "open", "all"), ("open", "all")) in got
    assert equal(("outcomes", "all", "structural"), ("areas", "all")) in got
    assert len(got) == 2


def test_part_is_not_taken_for_the_whole():
    tables = [table("all", "age"), table("ended", "age", where={"state": "ended"})]
    given = [{"age": "young", "state": state} for state in ("ended", "ongoing")]
    assert Linked(tables, given).across() == set()


def test_current_table_is_the_wave_of_a_table_over_waves():
    # response and response_by_party: the instrument and the wave are settled by the second.
    given = [
        {"instrument": i, "wave": w, "party": "af", "response": "answered"}
        for i in ("process", "leaders")
        for w in (0, 6)
    ]
    tables = [
        table("response", "instrument", "wave", "response", totals=["response"]),
        table("parties", "party", "response", where={"instrument": "process"}, current=True),
    ]
    assert Linked(tables, given, wave=6).across() == {
        equal(("response", "process", 6, "answered"), ("parties", "all", "answered")),
        equal(("response", "process", 6, "all"), ("parties", "all", "all")),
    }


def test_unknown_categories_are_linked_like_others():
    tables = [table("ages", "age", "gender"), table("states", "state", "gender")]
    got = Linked(tables, [{"age": "young", "state": "ended", "gender": None}]).across()
    assert equal(("ages", "all", "unknown"), ("states", "all", "unknown")) in got


# Coarse and fine categories

CASES = ("case_type", "focus")
COARSE = ("kind", "step")


def cases(*counted):
    """Return cases with the coarse kind of each type, as the code list has it."""
    groups = {code.code: code.group for code in code_lists()["case_type"].values()}
    of = [{"focus": "individual", "step": "advice"} | one for one in counted]
    return rows(*({**one, "kind": groups.get(one["case_type"])} for one in of))


def test_coarse_category_is_the_sum_of_its_fine_ones():
    given = cases(
        {"case_type": "wrong_party", "n": 3},
        {"case_type": "missing_contact", "n": 9},
        {"case_type": "sip_needed", "n": 8},
    )
    got = Linked([table("types", *CASES), table("kinds", *COARSE)], given).across()
    fine = frozenset({("types", "wrong_party", "all"), ("types", "missing_contact", "all")})
    assert (("kinds", "contact", "all"), fine) in got
    assert (("kinds", "information", "all"), frozenset({("types", "sip_needed", "all")})) in got


def test_count_hidden_in_the_fine_table_does_not_follow_from_the_coarse_one():
    # 12 cases of contact less 9 without contact would be the 3 with the wrong party.
    given = cases(
        {"case_type": "wrong_party", "n": 3},
        {"case_type": "missing_contact", "n": 9},
        {"case_type": "sip_needed", "n": 8},
        {"case_type": "other", "n": 7},
    )
    hidden = Linked([table("types", *CASES), table("kinds", *COARSE)], given).hidden()
    assert ("types", "wrong_party", "all") in hidden
    others = {("types", "missing_contact", "all"), ("kinds", "contact", "all")}
    assert hidden & others


def test_unknown_fine_category_is_the_unknown_coarse_one():
    given = cases({"case_type": "other", "n": 6}, {"case_type": None, "n": 7})
    got = Linked([table("types", *CASES), table("kinds", *COARSE)], given).across()
    unknown = frozenset({("types", "unknown", "all")})
    assert (("kinds", "unknown", "all"), unknown) in got


def test_category_outside_the_code_list_is_itself_when_coarse():
    # Cases not closed are ``open`` in the fine list of outcomes and in the coarse one of results.
    given = rows(
        {"outcome": "unsolved", "result": "not_solved", "n": 6},
        {"outcome": "passed_on", "result": "not_solved", "n": 2},
        {"outcome": "open", "result": "open", "n": 7},
    )
    got = Linked([table("fine", "outcome"), table("coarse", "result")], given).across()
    fine = frozenset({("fine", "unsolved"), ("fine", "passed_on")})
    assert got == {
        equal(("fine", "all"), ("coarse", "all")),
        (("coarse", "not_solved"), fine),
        (("coarse", "open"), frozenset({("fine", "open")})),
    }


def test_coarse_category_of_a_part_sums_the_fine_ones_of_that_part_alone():
    given = cases({"case_type": "wrong_party", "n": 6}, {"case_type": "sip_needed", "n": 6})
    tables = [
        table("types", *CASES, where={"focus": "individual"}),
        table("kinds", "kind"),
        table("some", "kind", where={"focus": "individual"}),
    ]
    got = Linked(tables, given).across()
    sums = {total for total, parts in got if next(iter(parts))[0] == "types"}
    assert ("some", "contact") in sums
    assert ("kinds", "contact") not in sums


FINE = {  # a fine dimension, and the code list of its categories
    "origin_party": "origin_party",
    "case_type": "case_type",
    "outcome": "outcome",
    "income_before": "income_source",
    "income_after": "income_source",
    "occupation_before": "occupation",
    "occupation_after": "occupation",
    "place": "followup_place",
}


@pytest.mark.parametrize("coarse", COARSER)
def test_every_fine_category_has_a_coarse_one(coarse):
    dimensions, judge = COARSER[coarse]
    lists = [code_lists()[FINE[name]].values() for name in dimensions]
    # Where two dimensions tell it, they are shown by the groups of their lists.
    parts = [{c.code if len(lists) == 1 else c.group for c in codes} for codes in lists]
    assert all(judge(*combination) for combination in product(*parts))


@pytest.mark.parametrize("coarse", ["income_move", "activity", "response"])
def test_sum_of_fine_categories_is_no_category_itself(coarse):
    dimensions, judge = COARSER[coarse]
    assert judge(*["employed_or_studying"] * len(dimensions)) is None


def test_category_of_two_dimensions_is_the_sum_of_their_cells():
    given = [
        {"occupation_before": before, "occupation_after": after, "activity": how}
        for before, after, how in [
            ("jobseeking", "employed", "started"),
            ("other", "studying", "started"),
            ("employed", "employed", "stayed_active"),
            ("jobseeking", "other", "not_active"),
        ]
    ]
    tables = [table("matrix", "occupation_before", "occupation_after"), table("moves", "activity")]
    got = Linked(tables, given).across()
    sums = {total: parts for total, parts in got if total[0] == "moves"}
    started = {(b, a) for _, b, a in sums["moves", "started"]}
    assert {("jobseeking", "employed"), ("other", "studying")} < started
    assert ("employed", "employed") not in started


def test_those_who_could_answer_are_the_sum_of_the_places_of_those_reached():
    given = [
        {"place": place, "response": response, "health": health, "gender": "woman"}
        for place, response, health in [
            ("same", "reached", "low"),
            ("studying", "reached", None),
            ("moved", "lost", None),
        ]
    ]
    answered = table("health", "health", "gender", where={"response": "reached"})
    got = Linked([table("places", "place", "gender"), answered], given).across()
    assert got == {
        (
            ("health", "all", gender),
            frozenset({("places", "same", gender), ("places", "studying", gender)}),
        )
        for gender in ("woman", "all")
    }


def test_every_relation_holds_or_suppression_refuses_it():
    given = cases(
        {"case_type": "wrong_party", "n": 2}, {"case_type": None, "focus": "structural", "n": 6}
    )
    linked = Linked([table("types", *CASES), table("kinds", *COARSE)], given)
    for relation in linked.relations:
        parts = linked.counts[list(relation.parts)].sum()
        assert linked.counts[relation.total] == parts
