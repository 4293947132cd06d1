"""Consent: who may not be followed is left out of everything but the counts, and counted."""

import pandas as pd

from shared.identity.consent import leave_out

REGISTER = {
    "participation_id": "str",
    "person_id": "str",
    "lokus_id": "str",
    "insats_id": "str",
    "is_anonymous": "boolean",
    "followup_consent": "boolean",
    "exit_reason": "str",
    "gender": "str",
    "birth_year": "Int64",
    "start_on": "datetime64[s]",
    "end_on": "datetime64[s]",
}


def participation(number, person, *, anonymous=False, consent=True, exit_reason=None):
    """Return one row of the register; everybody in it is a woman born in 1970."""
    known = (f"d{number}", person, "A", "I-1", anonymous, consent, exit_reason, "woman", 1970)
    return (*known, "2016-01-01", "2016-06-30")


def after(*participations, **others):
    register = pd.DataFrame(participations, columns=list(REGISTER)).astype(REGISTER)
    tables, left_out = leave_out({"deltaganden": register, **others})
    return tables, left_out.to_numpy().tolist()


def people(*ids):
    return pd.DataFrame({"person_id": ids}, dtype="str")


def test_who_consents_is_kept_whole():
    tables, left_out = after(participation(1, "p1"))
    assert tables["deltaganden"].iloc[0][["person_id", "gender"]].tolist() == ["p1", "woman"]
    assert left_out == []


def test_anonymous_participation_counts_in_the_volume_and_nothing_else_is_kept():
    tables, left_out = after(participation(1, None, anonymous=True))
    row = tables["deltaganden"].iloc[0]
    kept = row.dropna().index.tolist()
    assert kept == [
        "participation_id",
        "lokus_id",
        "insats_id",
        "is_anonymous",
        "start_on",
        "end_on",
    ]
    assert left_out == [["A", "anonymous"]]


def test_participation_without_consent_counts_in_the_volume_and_nothing_else_is_kept():
    tables, left_out = after(participation(1, "p1", consent=False))
    row = tables["deltaganden"].iloc[0]
    assert row[["person_id", "gender", "birth_year"]].isna().all()
    assert row[["participation_id", "lokus_id"]].tolist() == ["d1", "A"]
    assert left_out == [["A", "no_consent"]]


def test_no_answer_about_consent_is_not_consent():
    _, left_out = after(participation(1, "p1", consent=None))
    assert left_out == [["A", "no_consent"]]


def test_misregistration_is_dropped_and_counted():
    tables, left_out = after(
        participation(1, "p1", exit_reason="misregistration"),
        participation(2, "p2", exit_reason="to_work"),
    )
    assert tables["deltaganden"]["participation_id"].tolist() == ["d2"]
    assert left_out == [["A", "misregistration"]]


def test_misregistration_counts_as_one_whatever_else_it_says():
    _, left_out = after(
        participation(1, None, anonymous=True, consent=False, exit_reason="misregistration")
    )
    assert left_out == [["A", "misregistration"]]


def test_anonymous_participant_is_not_counted_as_one_who_refused():
    _, left_out = after(participation(1, None, anonymous=True, consent=None))
    assert left_out == [["A", "anonymous"]]


def test_person_who_refused_in_one_participation_is_not_followed_in_any():
    tables, left_out = after(
        participation(1, "p1"),
        participation(2, "p1", consent=False),
        participation(3, "p2"),
        uppfoljning=pd.DataFrame({"participation_id": ["d1", "d2", "d3"]}, dtype="str"),
        statusspell=people("p1", "p2"),
    )
    assert tables["deltaganden"]["gender"].isna().tolist() == [True, True, False]
    assert tables["uppfoljning"]["participation_id"].tolist() == ["d3"]
    assert tables["statusspell"]["person_id"].tolist() == ["p2"]
    assert left_out == [["A", "no_consent"], ["A", "no_consent"]]


def test_refusal_of_one_person_without_id_does_not_concern_others():
    _, left_out = after(participation(1, None, consent=False), participation(2, None))
    assert left_out == [["A", "no_consent"]]


def test_spells_of_people_who_are_not_in_the_register_are_left_out():
    register = [participation(1, "p1"), participation(2, None)]
    tables, _ = after(*register, statusspell=people("p1", "p9", None))
    assert tables["statusspell"]["person_id"].tolist() == ["p1"]


def test_without_the_register_nobody_is_followed():
    tables, left_out = leave_out({"statusspell": people("p1"), "moten": people()})
    assert list(tables) == ["moten"]
    assert list(left_out.columns) == ["lokus_id", "reason"]
    assert left_out.empty


def test_delivered_tables_are_not_changed():
    register = pd.DataFrame([participation(1, "p1", consent=False)], columns=list(REGISTER))
    register = register.astype(REGISTER)
    before = register.copy()
    leave_out({"deltaganden": register})
    pd.testing.assert_frame_equal(register, before)
