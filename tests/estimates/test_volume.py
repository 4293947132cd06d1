"""Volume: how many individuals there are, whoever they are."""

import pandas as pd
import pytest

from shared.estimates.records.register import people
from shared.estimates.volume import headcount
from shared.study import Study


@pytest.mark.parametrize(
    ("genders", "counts"),
    [
        (["man", "woman", "woman", "unknown", "woman"], [3, 1, 1, 5]),
        (["man", "man"], [0, 2, 0, 2]),
        ([], [0, 0, 0, 0]),
    ],
)
def test_people_are_counted_by_gender_and_together(genders, counts):
    got = headcount(pd.DataFrame({"gender": pd.Series(genders, dtype="str")}))
    assert got["gender"].tolist() == ["woman", "man", "unknown", "all"]
    assert got["n"].tolist() == counts


def test_people_of_the_register_are_counted_once(processed):
    rows = [("a", "woman"), ("a", "woman"), ("b", None), (None, "man"), (None, "man")]
    register = processed(
        "deltaganden",
        *(
            {"participation_id": str(n), "person_id": who, "gender": gender}
            for n, (who, gender) in enumerate(rows)
        ),
    )
    study = Study(name="s", title="Study", waves={0: None}, groups=[{"id": "A"}])
    got = headcount(people({"deltaganden": register}, study, 0))
    assert got.set_index("gender")["n"].to_dict() == {"woman": 1, "man": 2, "unknown": 1, "all": 4}
