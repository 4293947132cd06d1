"""Histories: each test states one rule; a calendar walked day by day says the same."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.histories import first_work, follow, histories, status_on, summary
from shared.study import Study

FIRST = date(2016, 1, 1)
AS_OF = date(2016, 12, 31)
STUDY = Study(name="s", title="Study", waves={0: FIRST, 12: AS_OF, 18: None}, groups=[{"id": "A"}])


def spells_of(rows, domain="occupation"):
    """Return spells of (person, number, value, from, to) with dates as text."""
    columns = ["person_id", "spell_no", "value", "from_on", "to_on"]
    spells = pd.DataFrame(rows, columns=columns).assign(domain=domain)
    types = {"person_id": "str", "spell_no": "Int64", "value": "str", "domain": "category"}
    return spells.astype({**types, "from_on": "datetime64[ms]", "to_on": "datetime64[ms]"})


def history(*rows, gap_days=31, as_of=AS_OF):
    """Return (value, from, to) of one person with spells of (value, from, to) in 2016."""
    full = [
        ("p", number, value, f"2016-{start}", f"2016-{end}" if end else None)
        for number, (value, start, end) in enumerate(rows, 1)
    ]
    built = histories(spells_of(full), "occupation", as_of, gap_days)
    assert list(built) == ["person_id", "value", "from_on", "to_on"]
    days = (built[name].dt.strftime("%m-%d") for name in ("from_on", "to_on"))
    return list(zip(built["value"], *days, strict=True))


# Rules


def test_spell_without_an_end_runs_until_the_day_of_reference():
    assert history(("a", "01-01", None), as_of=date(2016, 3, 1)) == [("a", "01-01", "03-01")]


def test_nothing_is_known_from_the_day_of_reference_on():
    spells = [("a", "01-01", "02-01"), ("b", "02-01", "06-01"), ("c", "03-01", None)]
    exp = [("a", "01-01", "02-01"), ("b", "02-01", "03-01")]
    assert history(*spells, as_of=date(2016, 3, 1)) == exp


@pytest.mark.parametrize("end", ["02-01", "01-15"])
def test_empty_and_backward_spells_say_nothing(end):
    assert history(("a", "01-01", "03-01"), ("b", "02-01", end)) == [("a", "01-01", "03-01")]


def test_of_two_that_overlap_the_one_that_began_last_holds():
    got = history(("b", "02-01", "04-01"), ("a", "01-01", "03-01"))
    assert got == [("a", "01-01", "02-01"), ("b", "02-01", "04-01")]


@pytest.mark.parametrize("values", [("a", "b"), ("b", "a")])
def test_of_two_with_the_same_first_day_the_higher_number_holds(values):
    got = history(*((value, "01-01", "02-01") for value in values))
    assert got == [(values[1], "01-01", "02-01")]


def test_longer_spell_resumes_after_the_shorter_ones_inside_it():
    got = history(("a", "01-01", "06-01"), ("b", "02-01", "05-01"), ("c", "03-01", "04-01"))
    ends = ["01-01", "02-01", "03-01", "04-01", "05-01", "06-01"]
    assert got == list(zip("abcba", ends[:-1], ends[1:], strict=True))


def test_same_first_day_longer_with_lower_number_resumes():
    got = history(("a", "01-01", "03-01"), ("b", "01-01", "02-01"))
    assert got == [("b", "01-01", "02-01"), ("a", "02-01", "03-01")]


def test_spells_that_touch_and_say_the_same_are_one():
    got = history(("a", "01-01", "02-01"), ("a", "02-01", "03-01"), gap_days=0)
    assert got == [("a", "01-01", "03-01")]


@pytest.mark.parametrize(("again", "known"), [("03-03", True), ("03-04", False)])
def test_gap_of_as_many_days_as_allowed_is_bridged(again, known):
    # From 1 February (2016 is a leap year): 31 and 32 days.
    got = history(("a", "01-01", "02-01"), ("a", again, "04-01"))
    whole = [("a", "01-01", "04-01")]
    parts = [("a", "01-01", "02-01"), ("unknown", "02-01", again), ("a", again, "04-01")]
    assert got == (whole if known else parts)


def test_gap_between_different_values_is_unknown_however_short():
    got = history(("a", "01-01", "02-01"), ("b", "02-02", "03-01"))
    assert got[1] == ("unknown", "02-01", "02-02")


def test_gap_beside_an_unknown_spell_is_one_with_it():
    got = history(("a", "01-01", "02-01"), ("unknown", "02-10", "03-01"), ("a", "06-01", "07-01"))
    assert got[1] == ("unknown", "02-01", "06-01")


def test_spell_without_a_value_is_unknown():
    assert history((None, "01-01", "02-01")) == [("unknown", "01-01", "02-01")]


def test_people_and_domains_do_not_mix():
    rows = [("p", 1, "a", "2016-01-01", "2016-03-01"), ("q", 1, "a", "2016-03-01", "2016-04-01")]
    other = spells_of([("p", 2, "b", "2016-02-01", "2016-05-01")], domain="income")
    got = histories(pd.concat([spells_of(rows), other]), "occupation", AS_OF, 31)
    assert got["person_id"].tolist() == ["p", "q"]
    assert got["value"].tolist() == ["a", "a"]


def test_nothing_delivered_is_no_history():
    got = histories(spells_of([]), "occupation", AS_OF, 31)
    assert got.empty
    assert list(got) == ["person_id", "value", "from_on", "to_on"]
    assert pd.api.types.is_datetime64_dtype(got["from_on"])


# The calendar walked day by day


def said_on(rows, day):
    """Return the number of spells of one person that hold a day, and what the last one says."""
    held = [(start, number, value) for number, value, start, end in rows if start <= day < end]
    return len(held), max(held)[2] if held else None


def walked(rows, gap_days, last):
    """Return one value per day from the first spell to the last, straight from the rules."""
    rows = [(n, value, start, min(end, last)) for n, value, start, end in rows]
    rows = [row for row in rows if row[2] < row[3]]
    if not rows:
        return {}, []
    days = range(min(row[2] for row in rows), max(row[3] for row in rows))
    found = [said_on(rows, day) for day in days]
    value = {day: what for day, (_, what) in zip(days, found, strict=True)}
    for day in [day for day in days if value[day] is None]:
        before = next(d for d in range(day, days[0] - 1, -1) if said_on(rows, d)[0])
        after = next(d for d in range(day, days[-1] + 1) if said_on(rows, d)[0])
        same = said_on(rows, before)[1] == said_on(rows, after)[1]
        bridged = same and after - before - 1 <= gap_days
        value[day] = said_on(rows, before)[1] if bridged else "unknown"
    gaps = [
        many == 0 and value[day] == "unknown" for day, (many, _) in zip(days, found, strict=True)
    ]
    return value, [(many > 1, gap) for (many, _), gap in zip(found, gaps, strict=True)]


one_spell = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.integers(0, 20), st.integers(0, 12) | st.none()
)
people = st.lists(st.lists(one_spell, max_size=7), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(people, st.integers(0, 4), st.integers(1, 30), st.randoms(use_true_random=False))
def test_history_says_what_a_calendar_walked_by_day_says(people, gap_days, last, shuffle):
    rows, exp, flags = [], {}, []
    for person, spells in enumerate(people):
        open_end = 1000
        own = [
            (number, value, start, open_end if length is None else start + length)
            for number, (value, start, length) in enumerate(spells)
        ]
        values, shares = walked(own, gap_days, last)
        flags += shares
        exp |= {(str(person), day): value for day, value in values.items()}
        for number, value, start, end in own:
            to_on = None if end == open_end else FIRST + timedelta(end)
            rows.append((str(person), number, value, FIRST + timedelta(start), to_on))
    shuffle.shuffle(rows)
    spells, as_of = spells_of(rows), FIRST + timedelta(last)
    runs = histories(spells, "occupation", as_of, gap_days)
    got = {
        (run.person_id, day): run.value
        for run in runs.itertuples()
        for day in range((run.from_on.date() - FIRST).days, (run.to_on.date() - FIRST).days)
    }
    assert got == exp
    touching = runs["person_id"].eq(runs["person_id"].shift())
    assert (runs["from_on"] == runs["to_on"].shift())[touching].all()
    assert (runs["value"] != runs["value"].shift())[touching].all()
    if flags:
        of = summary(spells, as_of, gap_days).iloc[0]
        shares = [sum(column) / len(flags) for column in zip(*flags, strict=True)]
        assert of[["overlapped", "gaps"]].tolist() == pytest.approx(shares)


# How whole the spells are


def test_summary_by_hand():
    # 100 days from first to last: 10 twice, 20 in a gap; the bridged 5 of the income are no gap.
    day = [str(FIRST + timedelta(n)) for n in range(101)]
    occupation = [
        ("p", 1, "a", day[0], day[50]),
        ("p", 2, "b", day[40], day[60]),
        ("p", 3, "b", day[80], day[100]),
        ("p", 4, "b", day[90], day[90]),
    ]
    income = [("q", 1, "a", day[0], day[5]), ("q", 2, "a", day[10], day[15])]
    spells = pd.concat([spells_of(occupation), spells_of(income, "income")])
    got = summary(spells, AS_OF, gap_days=5).set_index("domain")
    assert got.loc["occupation"].tolist() == [1, 3, 0.1, 0.2]
    assert got.loc["income"].tolist() == [1, 2, 0.0, 0.0]


def test_summary_of_empty_spells_has_no_shares():
    got = summary(spells_of([("p", 1, "a", "2016-01-01", "2016-01-01")]), AS_OF, 31)
    assert got[["n", "spells"]].to_numpy().tolist() == [[0, 0]]
    assert got[["overlapped", "gaps"]].isna().all(axis=None)


def test_summary_of_nothing_has_no_rows():
    assert summary(spells_of([]), AS_OF, 31).empty


# People from their start on


@pytest.fixture
def followed(processed):
    """Return who is followed: one person who starts on 1 March, with spells (value, from, to)."""

    def build(*spells, wave=12, **known):
        rows = [
            {"person_id": "p", "spell_no": number, "domain": "occupation"}
            | dict(zip(("value", "from_on", "to_on"), spell, strict=True))
            for number, spell in enumerate(spells, 1)
        ]
        row = {"participation_id": "d", "person_id": "p", "start_on": "2016-03-01", **known}
        tables = {"deltaganden": processed("deltaganden", row)}
        tables["statusspell"] = processed("statusspell", *rows)
        return follow(tables, STUDY, wave)

    return build


def text(day):
    return day.strftime("%m-%d")


def test_occupations_become_statuses_and_a_change_within_one_is_no_change(followed):
    got = followed(
        ("jobseeking", "2016-03-01", "2016-04-01"),
        ("sick_listed", "2016-04-01", "2016-05-01"),
        ("other", "2016-05-10", "2016-06-01"),
        ("work_training", "2016-06-01", "2016-07-01"),
        ("studying", "2016-07-01", "2016-08-01"),
        ("employed", "2016-08-01", None),
    )
    assert got.runs["value"].tolist() == ["neither", "training", "studies", "work"]


def test_people_are_followed_from_the_start(followed):
    got = followed(("jobseeking", "2015-06-01", "2016-06-01"))
    assert [text(day) for day in got.people.loc[:, "entry_on":"last_on"].iloc[0]] == [
        "03-01",
        "06-01",
    ]
    assert [text(day) for day in got.runs.loc[0, ["from_on", "to_on"]]] == ["03-01", "06-01"]


def test_people_known_only_later_enter_then(followed):
    got = followed(("unknown", "2016-03-01", "2016-05-01"), ("other", "2016-05-01", None))
    assert text(got.people["entry_on"].iloc[0]) == "05-01"
    assert got.runs["value"].tolist() == ["neither"]


def test_unknown_at_the_end_is_not_followed(followed):
    got = followed(("other", "2016-03-01", "2016-05-01"), ("unknown", "2016-05-01", None))
    assert text(got.people["last_on"].iloc[0]) == "05-01"


def test_gap_over_the_start_is_followed_as_unknown(followed):
    got = followed(("other", "2015-03-01", "2015-05-01"), ("employed", "2016-05-01", None))
    assert text(got.people["entry_on"].iloc[0]) == "03-01"
    assert got.runs["value"].tolist() == ["unknown", "work"]


@pytest.mark.parametrize(
    ("wave", "known"),
    [(18, {}), (12, {"start_on": None}), (12, {"person_id": None}), (12, {"person_id": "q"})],
)
def test_nobody_without_date_start_id_or_spells_is_followed(followed, wave, known):
    got = followed(("jobseeking", "2016-03-01", None), wave=wave, **known)
    assert got.people.empty
    assert got.runs.empty


def test_people_known_only_before_their_start_are_not_followed(followed):
    assert followed(("jobseeking", "2015-06-01", "2016-03-01")).people.empty


@pytest.mark.parametrize("ids", [("d", "e"), ("e", "d")])
def test_first_participation_says_where_and_when(processed, ids):
    rows = [
        {"participation_id": i, "person_id": "p", "lokus_id": group, "start_on": day, "gender": of}
        for i, group, day, of in zip(
            ids, "BA", ["2016-04-01", "2016-03-01"], ["man", None], strict=True
        )
    ]
    spell = {"person_id": "p", "spell_no": 1, "domain": "occupation", "value": "other"}
    spells = processed("statusspell", {**spell, "from_on": "2016-01-01", "to_on": None})
    tables = {"deltaganden": processed("deltaganden", *rows), "statusspell": spells}
    person = follow(tables, STUDY, 12).people.iloc[0]
    assert person[["lokus_id", "gender"]].tolist() == ["A", "unknown"]
    assert text(person["start_on"]) == "03-01"


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2016-02-29", []),
        ("2016-03-01", ["neither"]),
        ("2016-04-30", ["neither"]),
        ("2016-05-01", ["work"]),
        ("2016-06-01", []),
    ],
)
def test_status_on_a_day_holds_from_the_first_day_up_to_the_last(followed, day, status):
    people = followed(
        ("jobseeking", "2016-01-01", "2016-05-01"), ("employed", "2016-05-01", "2016-06-01")
    )
    days = pd.Series(pd.Timestamp(day), index=people.people.index)
    assert status_on(people, days).tolist() == status


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ([], False),
        ([("jobseeking", "2016-06-01", None)], True),
        ([("jobseeking", "2016-06-02", None)], False),  # a day unknown
        ([("unknown", "2016-06-01", None)], False),
    ],
)
def test_first_work_is_left_when_something_else_is_known_to_follow(followed, after, left):
    before = [("jobseeking", "2016-03-01", "2016-05-01"), ("employed", "2016-05-01", "2016-06-01")]
    got = first_work(followed(*before, *after))
    assert [text(day) for day in got[["from_on", "to_on"]].iloc[0]] == ["05-01", "06-01"]
    assert got["left"].tolist() == [left]


def test_people_in_work_at_the_start_have_no_first_work(followed):
    got = followed(
        ("employed", "2016-02-01", "2016-04-01"),
        ("jobseeking", "2016-04-01", "2016-06-01"),
        ("employed", "2016-06-01", None),
    )
    assert first_work(got).empty
