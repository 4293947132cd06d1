"""The work list of a study: who is due in the demo, worked out anew from its raw files."""

import calendar
import csv
import io
from datetime import date, timedelta
from hashlib import sha256

import pandas as pd
import pytest
import yaml

from shared.cli import main
from shared.faults import InputError
from shared.identity.keys import pseudonyms, study_key
from shared.places import ROOT
from shared.study import load_study
from shared.wave.due import WorkList, as_csv, day, work_list

DEMO = ROOT / "data" / "raw" / "demo"
ON = date(2016, 10, 1)  # after the wave of 6 months, long before the next
WINDOW = timedelta(days=60)


# The demo study


@pytest.fixture(scope="module")
def told(lokus):
    """What ``lokus due`` writes about the demo study."""
    done = lokus("due", DEMO, "--on", ON, "--csv")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def listed(told):
    return list(csv.DictReader(io.StringIO(told.stdout)))


def raw(name):
    """Return the rows of a table up to 6 months, as text; a later delivery of a key wins."""
    keys = {"deltaganden": ["Deltagande-id"], "uppfoljning": ["Deltagande-id", "Mättillfälle"]}
    latest = {}
    for wave in ("wave-00", "wave-06"):
        written = (DEMO / wave / f"{name}.csv").read_bytes()
        text = written.decode("cp1252" if name == "deltaganden" else "utf-8-sig")
        for row in csv.DictReader(io.StringIO(text), delimiter=";"):
            latest[tuple(row[key] for key in keys[name])] = row
    return list(latest.values())


def months_after(start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def expected():
    """Return each follow-up due by the plain rules: person, participation, month, day, status."""
    register = [row for row in raw("deltaganden") if row["Avslutsanledning"] != "Felregistrering"]
    outcomes = {(row["Deltagande-id"], int(row["Mättillfälle"])): row for row in raw("uppfoljning")}
    refused = {r["Person-id"] for r in register if r["Samtycke uppföljning"] != "Ja"}
    refused |= {r["Person-id"] for r in register if r["Avslutsanledning"] == "Avliden"}
    final = ("Avböjt", "Flyttat", "Avliden")
    refused |= {r["Person-id"] for r in outcomes.values() if r["Status"] in final}
    for row in register:
        if row["Person-id"] in refused or row["Anonym"] == "Ja" or not row["Person-id"]:
            continue
        start = date.fromisoformat(row["Startdatum"])
        for months in (6, 12, 18):
            planned = months_after(start, months)
            outcome = outcomes.get((row["Deltagande-id"], months), {"Status": ""})["Status"]
            opened = "due" if planned - WINDOW <= ON else "coming"
            status = "overdue" if planned + WINDOW < ON else opened
            tried_in_vain = outcome == "Ej nådd" and status == "overdue"
            if outcome != "Nådd" and not tried_in_vain and planned - WINDOW * 2 <= ON:
                yield row["Person-id"], row["Deltagande-id"], months, planned, status


def pseudonym(raw_id, kind):
    return pseudonyms(pd.Series([raw_id]), study_key("demo"), kind=kind)[0]


def test_follow_ups_of_the_demo_study_are_those_of_its_raw_files(listed):
    got = [
        (row["person_id"], row["participation_id"], row["wave"], row["due_on"], row["status"])
        for row in listed
        if row["kind"] == "followup"
    ]
    plain = [
        (
            pseudonym(person, "person_id"),
            pseudonym(participation, "participation_id"),
            str(months),
            planned.isoformat(),
            status,
        )
        for person, participation, months, planned, status in expected()
    ]
    assert {row[-1] for row in plain} == {"overdue", "due", "coming"}
    assert sorted(got) == sorted(plain)


def test_headline_counts_the_list(told, listed):
    number = {
        (kind, status): sum((row["kind"], row["status"]) == (kind, status) for row in listed)
        for kind in ("followup", "survey")
        for status in ("overdue", "due", "coming", "sent")
    }
    followups, surveys = (
        [number[kind, status] for status in ("overdue", "due", "coming", "sent")]
        for kind in ("followup", "survey")
    )
    headline = (
        "{} follow-ups overdue, {} due, {} coming; {} surveys overdue, {} due, {} coming, {} sent\n"
    )
    assert headline.format(*followups[:3], *surveys) in told.stderr
    assert "up to wave 6." in told.stderr


def test_surveys_of_the_demo_study_are_coming_to_every_group(listed, letter):
    coming = {
        (row["lokus_id"], row["instrument"], row["wave"], row["due_on"], row["status"])
        for row in listed
        if row["kind"] == "survey"
    }
    letters = {letter("demo", group.id, 6) for group in load_study(DEMO).groups}
    surveys = ("process", "project_staff", "participant")
    assert coming == {
        (one, survey, "12", "2017-01-15", "coming") for one in letters for survey in surveys
    }


def test_group_of_a_follow_up_is_its_letter_in_the_wave_s_release(listed, letter):
    register = {row["Deltagande-id"]: row["Grupp"] for row in raw("deltaganden")}
    letters = {
        pseudonym(raw_id, "participation_id"): letter("demo", group, 6)
        for raw_id, group in register.items()
    }
    rows = [row for row in listed if row["kind"] == "followup"]
    assert [row["lokus_id"] for row in rows] == [letters[r["participation_id"]] for r in rows]


def test_list_names_nobody_and_no_group(told):
    people = {row[name] for row in raw("deltaganden") for name in ("Person-id", "Deltagande-id")}
    places = {group.id for group in load_study(DEMO).groups}
    assert [word for word in (people | places) - {""} if word in told.stdout + told.stderr] == []


def test_list_is_overdue_first_and_then_by_day(listed):
    order = ["overdue", "due", "coming", "sent"]
    keys = [(order.index(row["status"]), row["due_on"]) for row in listed]
    assert keys == sorted(keys)


# What had been received


@pytest.fixture
def small(tmp_path):
    """A study with a survey sent at two waves, received on 20 January and on 1 July."""
    folder = tmp_path / "small"
    cards = {}
    for wave, received in ((0, date(2016, 1, 20)), (6, date(2016, 7, 1))):
        path = folder / f"wave-{wave:02d}" / "enkatutskick.csv"
        path.parent.mkdir(parents=True)
        row = f"Lokusgruppens enkät;Almsta;{wave};Kommunen;4;{wave // 2}"
        header = "Instrument;Grupp;Mättillfälle;Part;Antal utskickade;Antal svar"
        path.write_text(f"{header}\n{row}\n", encoding="utf-8")
        cards[path.relative_to(folder).as_posix()] = {
            **dict.fromkeys(["producer", "period", "licence"], "P"),
            "received": received,
            "sha256": sha256(path.read_bytes()).hexdigest(),
        }
    (folder / "origin.yml").write_text(yaml.safe_dump(cards), encoding="utf-8")
    waves = "{0: 2016-01-15, 6: 2016-07-15, 12: 2017-01-15}"
    settings = f"name: small\ntitle: T\nwaves: {waves}\ngroups: [{{id: Almsta}}]\n"
    (folder / "study.yml").write_text(settings, encoding="utf-8")
    return folder


def surveys_on(folder, on):
    listed = work_list(folder, date.fromisoformat(on), 60, progress=lambda step: None)
    rows = listed.surveys[["wave", "status", "n_sent", "n_answered"]].astype(object)
    return rows.where(rows.notna(), None).to_numpy().tolist()


def test_wave_is_read_from_the_day_its_first_file_was_received(small):
    assert surveys_on(small, "2016-06-30") == [[6, "due", None, None]]
    assert surveys_on(small, "2016-07-01") == [[6, "sent", 4, 3]]


def test_day_before_anything_was_received_is_refused(small):
    allowed = "allowed: 2016-01-20, when the first delivery was received, or later"
    with pytest.raises(InputError, match=f"found the date 2016-01-19; {allowed}"):
        surveys_on(small, "2016-01-19")


def test_wave_whose_card_has_no_day_is_read(small):
    cards = small / "origin.yml"
    text = cards.read_text(encoding="utf-8")
    cards.write_text(text.replace("2016-07-01", "spring"), encoding="utf-8")
    assert surveys_on(small, "2016-06-30") == [[6, "sent", 4, 3]]


def test_cards_that_cannot_be_read_are_told_by_the_check(small):
    (small / "origin.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(InputError, match="text that is not YAML"):
        surveys_on(small, "2016-06-30")


def test_study_without_deliveries_is_refused(small):
    for path in small.glob("wave-*/*"):
        path.unlink()
    with pytest.raises(InputError, match="found no deliveries; allowed: files in wave-00, wave-06"):
        surveys_on(small, "2016-06-30")


def test_what_is_not_on_the_list_for_lack_of_data_is_told(small):
    (small / "study.yml").write_text(
        (small / "study.yml").read_text(encoding="utf-8").replace(", 12: 2017-01-15", ", 12: null"),
        encoding="utf-8",
    )
    basis = work_list(small, date(2016, 7, 1), 60, progress=lambda step: None).basis
    assert basis == [
        "On 2016-07-01, from what had been received up to wave 6. "
        "Windows: 60 days before and after the planned day.",
        "No follow-ups: nobody in deltaganden is known to consent to them.",
        "No surveys of waves without a date in study.yml: 12.",
    ]


@pytest.mark.parametrize(
    ("on", "surveys"),
    [
        ("2016-09-14", "0 surveys overdue, 0 due, 0 coming, 0 sent"),
        (
            "2016-09-17",
            "0 surveys overdue, 0 due, 1 coming, 0 sent",
        ),  # its window opens 16 November
        ("2017-03-17", "1 survey overdue, 0 due, 0 coming, 0 sent"),
    ],
)
def test_headline_counts_by_status(small, on, surveys):
    listed = work_list(small, date.fromisoformat(on), 60, progress=lambda step: None)
    assert listed.headline == f"0 follow-ups overdue, 0 due, 0 coming; {surveys}"


def test_nothing_is_written(small):
    before = {path: path.read_bytes() for path in small.rglob("*") if path.is_file()}
    surveys_on(small, "2016-07-01")
    assert {path: path.read_bytes() for path in small.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("text", ["2016-02-30", "1 oktober 2016", "31/12/2016", "2016", ""])
def test_date_that_is_not_iso_is_refused(text):
    with pytest.raises(InputError, match="allowed: a day such as 2016-12-31"):
        day(text)


# How it is shown


def some_list(followups=1):
    """Return a list of one follow-up, planned on a leap day, and one survey."""
    status = pd.CategoricalDtype(["overdue", "due", "coming", "sent"], ordered=True)
    common = {"due_on": pd.Timestamp(2016, 2, 29), "lokus_id": "B", "wave": 6}
    common |= {"opens_on": pd.Timestamp(2016, 1, 1), "closes_on": pd.Timestamp(2016, 4, 29)}
    ids = {"person_id": "0123456789abcdef", "participation_id": "fedcba9876543210"}
    flags = {"tried": True, "same_person": False}
    made = pd.DataFrame([{"status": "due", **common, **ids, **flags}]).astype({"status": status})
    numbers = {"instrument": "process", "n_sent": pd.NA, "n_answered": 7}
    asked = pd.DataFrame([{"status": "overdue", **common, **numbers}]).astype({"status": status})
    asked = asked.astype({"n_sent": "Int64", "n_answered": "Int64"})
    return WorkList("1 follow-up overdue", ["On a day."], made.head(followups), asked)


def test_csv_is_one_list_with_iso_dates():
    dates = "2016-02-29,2016-01-01,2016-04-29"
    assert as_csv(some_list()).splitlines() == [
        "kind,status,due_on,opens_on,closes_on,lokus_id,wave,person_id,participation_id,"
        "tried,same_person,instrument,n_sent,n_answered",
        f"survey,overdue,{dates},B,6,,,,,process,,7",
        f"followup,due,{dates},B,6,0123456789abcdef,fedcba9876543210,yes,no,,,",
    ]


@pytest.fixture
def show(monkeypatch, capsys):
    """A function that shows a work list in a terminal of 80 characters; what was written."""

    def run(listed):
        monkeypatch.setattr("shared.wave.due.work_list", lambda *_: listed)
        monkeypatch.setattr("sys.argv", ["lokus", "due", "a-study", "--on", "2016-07-01"])
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit, match="0"):
            main()
        return capsys.readouterr().out.splitlines()

    return run


def test_terminal_shows_whole_pseudonyms_below_the_headline(show):
    lines = show(some_list())
    assert lines[:2] == ["1 follow-up overdue", "On a day."]
    words = [line.split() for line in lines]
    ids = ["0123456789abcdef", "fedcba9876543210"]
    assert ["due", "2016-02-29", "B", *ids, "6", "yes"] in words
    assert ["overdue", "2016-02-29", "B", "6", "process", "7"] in words


def test_empty_table_is_not_shown(show):
    lines = [line.strip() for line in show(some_list(followups=0))]
    assert "Surveys" in lines
    assert "Follow-ups" not in lines


def test_wrong_date_is_told_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["lokus", "due", str(DEMO), "--on", "31/12/2016"])
    with pytest.raises(SystemExit, match="2"):
        main()
    said = capsys.readouterr().err
    assert "found the date '31/12/2016'; allowed: a day such as 2016-12-31." in said
