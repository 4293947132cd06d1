"""The demo study: deterministic, shaped by the dictionary, and holding the truth it claims."""

import re
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from python_calamine import CalamineWorkbook

from shared.demo.simulate import write_demo
from shared.sources.delivery import read_deliveries
from shared.sources.dictionary import code_lists, tables
from shared.sources.qdpx import read_qdpx
from shared.study import load_study

COMMITTED = Path(__file__).parents[2] / "data" / "raw" / "demo"
WAVES = {0: "2016-01-15", 6: "2016-07-15", 12: "2017-01-15", 18: "2017-07-15"}
MONTH = 30.4375  # days
SE = 4  # standard errors between the truth and its estimate; 1 in 16,000 by chance
ENCODINGS = {"deltaganden": "cp1252", "insatser": "cp1252"}
UNASKED = ["Intern anteckning", "Handläggarkod"]
REGISTERS = ("deltaganden", "uppfoljning", "statusspell", "strukturfragor", "larandelogg")
ADDON = {6: "wave-06/Enkäter om insatserna sommar 2016.csv"}
ADDON[18] = "wave-18/Enkäter om insatserna sommar 2017.csv"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "study"
    write_demo(folder, groups=40, participants=20_000, seed=1)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "study"
    write_demo(folder)
    return folder


@pytest.fixture(scope="module")
def everything(small):
    """The small study as the package's own reader sees it."""
    return read_deliveries(load_study(small), small, 18)


def read(folder, wave, name):
    """Read a delivered table with its Swedish headers and labels."""
    path = folder / f"wave-{wave:02d}" / f"{name}.csv"
    if path.exists():
        encoding = ENCODINGS.get(name, "utf-8-sig")
        return pd.read_csv(path, sep=None, engine="python", encoding=encoding, dtype=str)
    rows = CalamineWorkbook.from_path(path.with_suffix(".xlsx")).get_sheet_by_index(0).to_python()
    return pd.DataFrame(rows[1:], columns=rows[0]).astype(str)


@cache
def read_large(folder, wave, name):
    """Read a table of many rows, exact duplicates left out; callers must not change it."""
    path = folder / f"wave-{wave:02d}" / f"{name}.csv"
    separator = ";" if name != "statusspell" else ","
    return pd.read_csv(
        path, sep=separator, encoding=ENCODINGS.get(name, "utf-8-sig"), dtype=str
    ).drop_duplicates()


def tree(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def delivered(folder):
    """Yield the wave, table and rows of every file in the dictionary's form."""
    for path in sorted(folder.glob("wave-*/*")):
        if path.stem in tables() and path.suffix != ".qdpx":
            wave = int(path.parent.name.removeprefix("wave-"))
            yield wave, path.stem, read(folder, wave, path.stem)


def days_between(later, earlier):
    return (pd.to_datetime(later) - pd.to_datetime(earlier)).dt.days


# Determinism


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        write_demo(tmp_path / name, groups=2, participants=10, seed=seed)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert tree(tmp_path / "one") != tree(tmp_path / "three")


def test_committed_demo_is_what_the_generator_writes(small):
    assert sorted(tree(COMMITTED)) == sorted(tree(small))
    written = tree(small)
    assert [name for name, content in tree(COMMITTED).items() if content != written[name]] == []


def test_committed_demo_is_small():
    # A round number, a little above what the tables take: it stops what grows by mistake.
    assert sum(map(len, tree(COMMITTED).values())) < 2_600_000


def test_one_group_and_one_participant_are_enough(tmp_path):
    write_demo(tmp_path / "tiny", groups=1, participants=1)
    assert read_deliveries(load_study(tmp_path / "tiny"), tmp_path / "tiny", 18).faults == []


# Refusals


def test_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"is there already\. Allowed: .* Name another one"):
        write_demo(tmp_path)
    assert list(tree(tmp_path)) == ["mine.txt"]


@pytest.mark.parametrize("size", [{"groups": 0}, {"participants": 0}])
def test_nobody_to_simulate_is_refused(tmp_path, size):
    with pytest.raises(ValueError, match=r"found .* Allowed: 1 or more"):
        write_demo(tmp_path / "none", **size)


# Form


def test_every_table_of_the_dictionary_has_exactly_its_headers(small):
    seen = set()
    for _, name, rows in delivered(small):
        unasked = UNASKED if name == "deltaganden" else []
        headers = [column.header for column in tables()[name].columns]
        assert list(rows.columns) == headers + unasked, name
        seen.add(name)
    assert seen == set(tables())


def test_whole_study_is_read_without_a_fault_mapped_files_included(everything):
    assert everything.faults == []
    answers = everything.tables["processenkat"]
    asked = answers.groupby("wave")["item_id"].nunique()
    assert asked.to_dict() == {0: 23, 6: 23 + 16, 12: 24, 18: 24 + 16}
    assert set(answers["answer"].dropna()) == {1, 2, 3, 4, 5, 9}
    assert set(everything.tables["koordinatorlogg"]["focus"]) == {"individual", "structural"}
    interviews = everything.tables["intervjukodning"].groupby("wave")["interview_id"].nunique()
    assert interviews.to_dict() == {6: 5 * 8, 18: 5 * 8}


def test_keys_are_unique_apart_from_exact_duplicates(small):
    for wave, name, rows in delivered(small):
        key = [tables()[name].column(part).header for part in tables()[name].key]
        once = rows.drop_duplicates()
        assert not once.duplicated(key).any(), (wave, name)
        has_duplicates = len(once) < len(rows)
        assert has_duplicates == (name in ("processenkat", "deltaganden")), (wave, name)


def test_origin_card_of_every_file_has_its_checksum(small):
    cards = yaml.safe_load((small / "origin.yml").read_text(encoding="utf-8"))
    content = {name: file for name, file in tree(small).items() if name.startswith("wave-")}
    assert {name: card["sha256"] for name, card in cards.items()} == {
        name: sha256(file).hexdigest() for name, file in content.items()
    }
    fields = {"producer", "received", "period", "licence", "sha256"}
    assert all(set(card) == fields for card in cards.values())


def test_nothing_is_shaped_like_a_personal_identity_number(small):
    shape = re.compile(r"\b\d{6,8}[-+]\d{4}\b|\b(\d{10}|\d{12})\b")
    for path in small.glob("wave-*/*.csv"):
        assert not shape.search(path.read_text(encoding="latin-1")), path.name


def test_registers_hold_nothing_that_happened_after_the_wave(small):
    for wave, on in WAVES.items():
        for name in REGISTERS:
            rows = read(small, wave, name)
            dates = [column.header for column in tables()[name].columns if column.type == "date"]
            when = rows[dates].fillna("").apply(lambda column: column.str.replace("-", ""))
            assert (when <= on.replace("-", "")).all(axis=None), (wave, name)


# The survey


def test_answered_counts_match_the_answers_when_late_ones_are_counted_in(everything):
    result = everything.tables
    key = ["instrument", "lokus_id", "wave", "party"]
    items = result["enkatfragor"][["item_id", "wave", "instrument"]]
    answers = result["processenkat"].merge(items, on=["item_id", "wave"], validate="m:1")
    answered = answers.groupby(key, dropna=False)["respondent_id"].nunique()
    sent = result["enkatutskick"].set_index(key)
    assert (sent["n_answered"] == answered.reindex(sent.index, fill_value=0)).all()
    assert (sent["n_answered"] <= sent["n_sent"]).all()
    counts = sent.groupby(["instrument", "lokus_id", "wave"])[["n_sent", "n_answered"]].sum()
    assert counts.loc["process", "n_sent"].between(7, 12).all()
    assert counts.loc["project_staff", "n_answered"].between(6, 12).all()
    assert counts.loc["participant", "n_answered"].between(10, 40).all()


def test_late_answers_of_wave_6_come_with_wave_12_and_correct_the_sent_list(small):
    late, first = read(small, 12, "processenkat"), read(small, 6, "enkatutskick")
    first = first[first["Instrument"] == "Lokusgruppens enkät"]
    corrected = read(small, 12, "enkatutskick")
    corrected = corrected[corrected["Mättillfälle"] == "6"]
    assert set(late["Mättillfälle"]) == {"6"}
    more = corrected["Antal svar"].astype(int).sum() - first["Antal svar"].astype(int).sum()
    assert more == late["Respondent-id"].nunique() > 0


def change_by_group(folder, construct, wave=18):
    """Return each group's change in mean answer on the anchor items since wave 0."""
    items = read(folder, 18, "enkatfragor")
    items = items[(items["Processdel"] == construct) & (items["Ankarfråga"] == "Ja")]
    means = {}
    for known in (0, wave):
        rows = read_large(folder, known, "processenkat").merge(items, on="Fråga")
        rows = rows[rows["Svar"].notna() & (rows["Svar"] != "9")]
        answer = rows["Svar"].astype(int)
        rows["value"] = answer.where(rows["Omvänd"] == "Nej", 6 - answer)
        means[known] = rows.groupby("Grupp")["value"].mean()
    return means[wave] - means[0]


def assert_close(found, planted):
    """The mean of independent values lies within SE standard errors of the planted one."""
    assert abs(found.mean() - planted) < SE * found.std() / np.sqrt(len(found))


@pytest.mark.parametrize(
    ("construct", "planted"),
    [
        ("Syfte och mål", 0.60),
        ("Möten och dialog", 0.60),
        ("Kännedom om varandras uppdrag", 0.60),
        ("Ledning och styrning", 0.0),
        ("Personella resurser", 0.0),
    ],
)
def test_planted_change_at_18_months_is_found_in_the_survey(large, construct, planted):
    assert_close(change_by_group(large, construct), planted)


def test_planted_change_at_6_months_is_found_in_the_survey(large):
    assert_close(change_by_group(large, "Syfte och mål", wave=6), 0.25)


def test_trust_rises_in_the_trusting_groups_only(large):
    truth = yaml.safe_load((large / "truth.yml").read_text(encoding="utf-8"))["by_group"]
    trusting = pd.DataFrame(truth).set_index("lokus_id")["trusting"]
    change = change_by_group(large, "Förtroende")
    assert_close(change[trusting], 0.60)
    assert_close(change[~trusting], 0.0)


# The surveys of caseworkers and participants, and the interviews


def addon_means(folder, instrument, construct):
    """Return each group's mean answer on the anchor items, one column per wave."""
    items = read(folder, 18, "enkatfragor")
    right = (items["Instrument"] == instrument) & (items["Processdel"] == construct)
    items = items.loc[right & (items["Ankarfråga"] == "Ja"), ["Fråga", "Omvänd"]]
    means = {}
    for wave, name in ADDON.items():
        rows = pd.read_csv(folder / name, sep=";", dtype=str).merge(items, on="Fråga")
        answer = pd.to_numeric(rows["Svar"]).where(rows["Svar"] != "9")
        rows["value"] = answer.where(rows["Omvänd"] == "Nej", 6 - answer)
        means[wave] = rows.groupby("Grupp")["value"].mean()
    return pd.DataFrame(means)


@pytest.mark.parametrize(
    ("instrument", "construct", "base", "change"),
    [
        ("Handläggare i insatserna", "Deltagarnas behov", 3.4, 0.0),
        ("Handläggare i insatserna", "Samverkan kring deltagarna", 3.1, 0.45),
        ("Handläggare i insatserna", "Resultat och effekter", 2.7, 0.0),
        ("Deltagare", "Insatsens innehåll", 3.7, 0.0),
        ("Deltagare", "Möjlighet att gå vidare", 3.0, 0.35),
        ("Deltagare", "Samverkan kring deltagarna", 3.3, 0.0),
        ("Deltagare", "Vad som annars hade hänt", 2.6, 0.0),
    ],
)
def test_planted_answers_about_the_addon_resources_are_found(
    large, instrument, construct, base, change
):
    means = addon_means(large, instrument, construct)
    assert_close(means[6], base)
    assert_close(means[18] - means[6], change)


def test_addon_surveys_have_one_item_on_trial_and_one_reversed_each(everything):
    items = everything.tables["enkatfragor"]
    items = items[(items["instrument"] != "process") & (items["wave"] == 18)]
    assert items.groupby("instrument")["item_id"].size().to_dict() == {
        "project_staff": 8,
        "participant": 8,
    }
    assert (~items["is_anchor"]).groupby(items["instrument"]).sum().eq(1).all()
    assert items.groupby("instrument")["reversed"].sum().eq(1).all()


def test_respondents_of_the_surveys_are_different_people(everything):
    answers = everything.tables["processenkat"]
    surveys = answers.groupby("respondent_id")["item_id"].agg(lambda items: len({*items.str[0]}))
    assert surveys.eq(1).all()
    participants = answers[answers["item_id"].str.startswith("D")]
    assert participants[["party", "role"]].isna().all(axis=None)


@cache
def codings(folder, wave):
    """Return the coded passages of a wave, from a workbook or from a project."""
    if wave == 6:
        return read(folder, wave, "intervjukodning")
    return read_qdpx(folder / "wave-18" / "intervjukodning.qdpx")


@pytest.mark.parametrize(
    ("part", "planted"),
    [
        ("Syfte och mål", {6: 0.40, 18: 0.75}),
        ("Möten och dialog", {6: 0.40, 18: 0.75}),
        ("Resurser", {6: 0.15, 18: 0.15}),
        ("Ledning och styrning", {6: 0.45, 18: 0.45}),
        ("Förtroende", {6: 0.50, 18: 0.60}),
        ("Kännedom om varandras uppdrag", {6: 0.40, 18: 0.75}),
    ],
)
def test_planted_directions_are_found_in_the_interviews(large, part, planted):
    for wave, share in planted.items():
        coded = codings(large, wave)
        coded = coded[(coded["Kodare"] == "K-01") & (coded["Kod"] == part)]
        enabling, n = (coded["Riktning"] == "Främjande").mean(), len(coded)
        assert abs(enabling - share) < SE * np.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("wave", [6, 18])
def test_interviews_have_every_theme_and_a_second_coder_on_some(large, wave):
    coded = codings(large, wave)
    assert set(coded["Kod"]) == {code.label for code in code_lists()["interview_code"].values()}
    passages = coded.groupby(["Intervju-id", "Segment"])["Kodare"].nunique()
    assert passages.groupby("Intervju-id").size().eq(4).all()
    assert (passages == 2).mean() == pytest.approx(0.25, abs=SE * np.sqrt(0.25 * 0.75 / 800))
    twice = coded.groupby(["Intervju-id", "Segment"])["Riktning"].nunique()[passages == 2]
    assert 0 < (twice == 2).mean() < 0.3


# What the study leads to


def test_theory_of_change_goes_from_resources_to_effects(everything):
    theory = everything.tables["forandringsteori"].set_index("step_id")
    assert theory["stage"].value_counts().between(2, 3).all()
    assert list(theory["stage"].unique()) == list(code_lists()["theory_stage"])
    assert theory["text_sv"].str.len().max() <= 70
    about_part = theory["indicator"].astype("str").isin(["part_in_place", "part_change"])
    assert (theory["part_id"].notna() == about_part).all()
    assert set(theory["indicator"].dropna()) == set(code_lists()["indicator"])


def test_findings_are_fed_back_before_each_wave_and_close_later(small):
    seen = set()
    for wave, on in WAVES.items():
        log = read(small, wave, "larandelogg")
        new = log[log["Mättillfälle"] == str(wave)]
        assert new.groupby("Grupp").size().between(2, 3).all()
        assert days_between(pd.Series(on, new.index), new["Återkopplat datum"]).between(1, 31).all()
        assert (log["Datum avslutad"].notna() == (log["Status"] == "Avslutad")).all()
        assert seen <= set(log["Fynd-id"])
        seen = set(log["Fynd-id"])
    assert set(log["Status"]) == {"Öppen", "Pågår", "Avslutad"}


def test_findings_are_closed_at_the_planted_pace(large):
    log = read(large, 18, "larandelogg")
    first = log[log["Mättillfälle"] == "0"]
    planted = 0.80 * (1 - 0.5 ** (555 / 150))  # a year and a half after the feedback
    closed, n = (first["Status"] == "Avslutad").mean(), len(first)
    assert abs(closed - planted) < SE * np.sqrt(planted * (1 - planted) / n)


def test_issues_lead_to_what_was_done_or_to_no_change(large):
    issues = read(large, 18, "strukturfragor")
    closed = issues["Status"].isin(["Avslutad", "Avvisad"])
    assert ((issues["Ledde till"] != "") == closed).all()
    done = issues[issues["Status"] == "Avslutad"]
    nothing = done["Ledde till"] == "Ingen ändring"
    assert abs(nothing.mean() - 0.15) < SE * np.sqrt(0.15 * 0.85 / len(done))
    assert done[~nothing].groupby("Vidtagen åtgärd")["Ledde till"].nunique().eq(1).all()
    assert (issues.loc[issues["Status"] == "Avvisad", "Ledde till"] == "Ingen ändring").all()


# The coordinator


def test_planted_share_of_cases_is_described(everything):
    noted = everything.tables["koordinatorlogg"]["note"].notna()
    assert abs(noted.mean() - 0.30) < SE * np.sqrt(0.30 * 0.70 / len(noted))


def test_forbidden_names_occur_in_no_file(small):
    names = (small / "names.txt").read_text(encoding="utf-8").split()
    assert len(names) == 20
    for path in small.glob("wave-*/*"):
        if path.suffix == ".csv":
            text = path.read_text(encoding=ENCODINGS.get(path.stem, "utf-8-sig"))
        else:  # what is in the archive is stored as it is
            text = path.read_bytes().decode("utf-8", errors="ignore")
        assert [name for name in names if name in text] == [], path.name


@pytest.mark.parametrize(("busy", "planted"), [(False, 3.0), (True, 6.0)])
def test_planted_case_rates_are_found(large, busy, planted):
    truth = yaml.safe_load((large / "truth.yml").read_text(encoding="utf-8"))["by_group"]
    groups = [group["lokus_id"] for group in truth if group["busy"] == busy]
    book = CalamineWorkbook.from_path(large / "wave-18" / "Ärendelogg juli 2017.xlsx")
    rows = book.get_sheet_by_name("Ärenden").to_python()
    cases = pd.DataFrame(rows[3:], columns=rows[2])
    months = len(groups) * 562 / MONTH  # 2016-01-01 to 2017-07-15, both included
    n = cases["Lokus"].isin(groups).sum()
    assert abs(n / months - planted) < SE * np.sqrt(planted / months)


# People


def since_entry(folder):
    """Return the spells that last beyond entry, with ``Start``, its day."""
    register = read_large(folder, 18, "deltaganden").groupby("Person-id")["Startdatum"].min()
    spells = read_large(folder, 18, "statusspell")
    start = pd.to_datetime(spells["Person-id"].map(register)).dt.strftime("%Y-%m-%d")
    return spells.assign(Start=start)[spells["Till"] > start]


def first_exits(folder):
    """Return months to the first exit from neither work nor studies, and to what; per person."""
    spells = since_entry(folder)
    domain = {name: spells[spells["Domän"] == name] for name in ("Sysselsättning", "Försörjning")}
    occupation, income = domain["Sysselsättning"], domain["Försörjning"]
    first = occupation.groupby("Person-id").agg(value=("Värde", "first"), start=("Start", "first"))
    active = occupation[occupation["Värde"].isin(["employed", "studying"])]
    active = active.drop_duplicates("Person-id").set_index("Person-id")
    left = income[income["Värde"].isin(["sickness_compensation", "no_public"])]
    people = first[first["value"] != "employed"].assign(
        active_on=active["Från"],
        to=active["Värde"],
        left_on=left.drop_duplicates("Person-id").set_index("Person-id")["Från"],
        last=occupation.groupby("Person-id")["Till"].max(),
    )
    until = people[["active_on", "left_on", "last"]].min(axis=1)
    people["to"] = people["to"].where(people["active_on"] == until)
    register = read_large(folder, 18, "deltaganden").drop_duplicates("Person-id")
    people["gender"] = register.set_index("Person-id")["Kön"]
    return people.assign(months=days_between(until, people["start"]) / MONTH)


@pytest.mark.parametrize(
    ("gender", "to", "planted"),
    [
        ("Kvinna", "employed", 0.030),
        ("Man", "employed", 0.036),
        ("Kvinna", "studying", 0.012),
        ("Man", "studying", 0.010),
    ],
)
def test_planted_hazards_are_found_in_the_spells(large, gender, to, planted):
    people = first_exits(large)
    people = people[people["gender"] == gender]
    events, months = (people["to"] == to).sum(), people["months"].sum()
    assert abs(events / months - planted) < SE * np.sqrt(events) / months


def test_work_is_lost_at_the_planted_rate(large):
    spells = since_entry(large)
    jobs = spells[spells["Värde"] == "employed"]
    months = days_between(jobs["Till"], jobs["Från"]).sum() / MONTH
    lost = (jobs["Censur"] == "Nej").sum()
    assert abs(lost / months - 0.020) < SE * np.sqrt(lost) / months


def test_spells_do_not_overlap_within_a_domain(large):
    spells = read_large(large, 18, "statusspell").sort_values(["Person-id", "Domän", "Från"])
    before = spells.groupby(["Person-id", "Domän"])["Till"].shift()
    assert (spells["Från"] < spells["Till"]).all()
    assert (before.isna() | (before <= spells["Från"])).all()


def test_spells_that_run_at_the_wave_are_censored_there(small):
    for wave, on in WAVES.items():
        spells = read_large(small, wave, "statusspell")
        assert (spells["Till"] <= on).all()
        assert (spells.loc[spells["Till"] == on, "Censur"] == "Ja").all()


def test_spells_of_one_number_say_the_same_at_every_later_wave(small):
    key, said = ["Person-id", "Spell-nr"], ["Från", "Domän", "Värde"]
    deliveries = [read(small, wave, "statusspell").set_index(key)[said] for wave in WAVES]
    for earlier, later in pairwise(deliveries):
        pd.testing.assert_frame_equal(later.loc[earlier.index], earlier)


def test_nothing_is_known_of_people_before_they_enter(small):
    for wave in WAVES:
        register = read(small, wave, "deltaganden")["Person-id"]
        assert read(small, wave, "statusspell")["Person-id"].isin(register).all()


def before_entry(folder):
    """Return one row per person: what was known of the two years before entry."""
    register = read_large(folder, 18, "deltaganden").dropna(subset="Person-id")
    register = register.sort_values("Startdatum").drop_duplicates("Person-id")
    register = register.set_index("Person-id")
    start = pd.to_datetime(register["Startdatum"])
    spells = read_large(folder, 18, "statusspell")
    income = spells[spells["Domän"] == "Försörjning"].set_index("Person-id").join(start)
    income = income[pd.to_datetime(income["Från"]) < income["Startdatum"]]
    people = pd.DataFrame({"start": start, "known_on": income.groupby(level=0)["Från"].min()})
    people["supported"] = register["Tid i offentlig försörjning före"].astype(float).clip(upper=24)
    active = income[income["Värde"].isin(["no_public", "student_aid"])]
    people["active"] = active["Värde"]
    people["helped_on"] = pd.to_datetime(active["Till"])
    return people.dropna(subset="known_on")


def test_planted_time_before_entry_is_found_in_the_spells(large):
    people = before_entry(large)
    two_years = people["start"] - pd.DateOffset(months=24)
    known_on = pd.to_datetime(people["known_on"])
    assert (known_on >= two_years).all()
    late, n = (known_on > two_years).mean(), len(people)
    assert abs(late - 0.15) < SE * np.sqrt(0.15 * 0.85 / n)
    worked = people["active"].dropna() == "no_public"
    assert abs(worked.mean() - 0.75) < SE * np.sqrt(0.75 * 0.25 / len(worked))


def test_support_before_entry_lasts_as_long_as_the_register_says(large):
    people = before_entry(large).dropna(subset="active")
    assert len(people) > 1000
    assert (people["supported"] < 24).all()
    months = (people["start"] - people["helped_on"]).dt.days / MONTH
    assert (months - people["supported"]).abs().max() < 0.15  # months differ in length


def test_reached_shares_fall_over_time_as_planted(large):
    followups = read_large(large, 18, "uppfoljning")
    due = followups[~followups["Status"].isin(["Ej aktuell ännu", "Avliden"])]
    reached = (due["Status"] == "Nådd").groupby(due["Mättillfälle"]).mean()
    assert reached.to_dict() == pytest.approx({"6": 0.78, "12": 0.70, "18": 0.62}, abs=0.03)


def test_only_named_people_who_consent_are_followed_up(large):
    register = read_large(large, 18, "deltaganden")
    assert (register["Person-id"].isna() == (register["Anonym"] == "Ja")).all()
    consenting = register.loc[register["Samtycke uppföljning"] == "Ja", "Person-id"]
    for name in ("uppfoljning", "statusspell"):
        assert read_large(large, 18, name)["Person-id"].isin(consenting).all()


def test_shares_of_special_records_are_as_planted(large):
    register = read_large(large, 18, "deltaganden")
    found = {
        "anonymous": (register["Anonym"] == "Ja").mean(),
        "misregistered": (register["Avslutsanledning"] == "Felregistrering").mean(),
        "two": register["Person-id"].dropna().duplicated().mean(),
    }
    expected = {"anonymous": 0.03, "misregistered": 0.015, "two": 0.04}  # some have left before
    assert found == pytest.approx(expected, abs=0.01)
