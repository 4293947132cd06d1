"""Whole waves: the demo study, two public studies against published figures, and what fails."""

import json
import re
import shutil

import pytest

from shared.faults import InputError
from shared.pages.words import HIDDEN
from shared.places import NOTEBOOKS, ROOT
from shared.wave import plan, prepare
from shared.wave.plan import QUESTIONS, PlannedPage
from shared.wave.run import choose, make_pages, open_wave

GROUPS, DEMO = "ABCDEFGH", ("demo", 18)
NOT_PEOPLE = {
    *("meetings", "rules", "rows", "columns", "tables and rules"),
    *("issues", "parts", "judgements", "findings", "limits"),
}


@pytest.fixture(scope="module")
def demo(wave):
    return wave(*DEMO)


def test_demo_wave_has_every_group_s_pages_and_an_index_that_links_them(demo):
    names = {path.relative_to(demo).as_posix() for path in demo.rglob("*.html")}
    expected = {f"{g}/{q}.html" for g in GROUPS for q in plan.GROUP_QUESTIONS}
    expected |= {f"{question}.html" for question in plan.WAVE_QUESTIONS}
    assert names == expected | {"index.html"}
    links = re.findall(r'href="([^"#]+)"', (demo / "index.html").read_text(encoding="utf-8"))
    assert set(links) == expected


def test_pages_fetch_nothing_and_tell_no_place_path_or_name(demo):
    study = (ROOT / "data/raw/demo/study.yml").read_text(encoding="utf-8")
    places = re.findall(r"id: (\w+)", study)
    forbidden = [*places, str(ROOT), "/tmp/", "http://", "https://", "P-0", "R-0"]
    for path in demo.rglob("*"):
        if path.suffix in (".html", ".json"):
            text = re.sub(r'src="data:[^"]*"', "", path.read_text(encoding="utf-8"))
            assert [word for word in forbidden if word in text] == [], path.name


def test_no_count_from_one_to_four_is_published(demo):
    for path in demo.rglob("*.tables.json"):
        for table in json.loads(path.read_text(encoding="utf-8")):
            if table["unit"] in NOT_PEOPLE:
                continue
            counts = [c["name"] for c in table["columns"] if c["kind"] == "count"]
            counts = [name for name in counts if name not in ("k", "groups", "horizon_years")]
            rows = [row for row in table["rows"] if row.get("measure") != "cost_per_closed_issue"]
            small = [row for row in rows for name in counts if row[name] in (1, 2, 3, 4)]
            assert small == [], (path.name, table["id"])


def test_hidden_cells_are_null_with_a_reason_and_one_symbol(demo, table):
    hidden = [
        cell
        for group in GROUPS
        for cell in table(demo / group / "addon_resources.html", "participations")["suppressed"]
    ]
    assert hidden
    assert {cell["reason"] for cell in hidden} == {"small count, or needed to protect one"}
    page = (demo / "A" / "addon_resources.html").read_text(encoding="utf-8")
    assert f">{HIDDEN}<" in page


def test_same_input_gives_the_same_bytes_forked_or_not(demo, wave, lokus, tmp_path):
    folder = ROOT / "data/raw/demo"
    plain = lokus(
        *("run", folder, "--wave", 18, "--group", "A", "--question", "process", "--out", tmp_path),
        JUPYTER_DEFAULT_PROVISIONER_NAME="local-provisioner",
    )
    assert plain.returncode == 0, plain.stderr
    got = (tmp_path / "demo/wave-18/sv/A/process.html").read_bytes()
    assert got == (demo / "A/process.html").read_bytes()


def test_english_pages_are_english_throughout(wave):
    english = wave(*DEMO, "--group", "A", language="en")
    page = (english / "A/process.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Lower limit" in page
    text = re.sub(r"<td[^>]*>[^<]*</td>|<style>.*</style>", "", page, flags=re.S)
    assert [word for word in ("Undre", "Andel", "och ", "för ", "grupp") if word in text] == []


def test_company_6_of_the_leadership_survey_has_its_reference_figures(wave, letter, table):
    company = letter("leadership", "6", 0)
    pages = wave("leadership", 0, "--group", company)
    row = table(pages / company / "process.html", "survey_answers_high_of_valid")["rows"][0]
    assert (row["item_id"], row["count"], row["n"], row["share"]) == ("LEAD01", 9, 12, 0.75)
    assert (row["low"], row["high"]) == pytest.approx((0.467694665, 0.911058332), abs=1e-6)


def test_scale_of_the_leadership_survey_has_its_reference_figures(wave, table):
    pages = wave("leadership", 0, "--question", "comparison")
    quality = table(pages / "comparison.html", "scale_quality")["rows"][0]
    assert quality["alpha"] == pytest.approx(0.902236566, abs=1e-6)
    spread = table(pages / "comparison.html", "group_spread")["rows"][0]
    assert spread["icc1"] == pytest.approx(0.0879562185, abs=1e-6)
    assert spread["icc2"] == pytest.approx(0.800754373, abs=1e-6)


@pytest.mark.parametrize(
    ("arm", "figures"),
    [("1", (207, 600, 0.30805774, 0.383914387)), ("0", (86, 299, 0.239267214, 0.341371446))],
)
def test_job_training_has_its_reference_figures(wave, letter, table, arm, figures):
    pages = wave("jobs", 6)
    page = pages / letter("jobs", arm, 6) / "addon_resources.html"
    rows = table(page, "followup_employed_of_reached")["rows"]
    row = next(row for row in rows if row["gender"] == "all")
    assert (row["count"], row["n"]) == figures[:2]
    assert (row["low"], row["high"]) == pytest.approx(figures[2:], abs=1e-6)


def test_study_without_a_source_says_so_in_a_plain_sentence(wave):
    pages = wave("jobs", 6)
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert "Samverkanskoordinator: inga sidor, för underlag saknas (Koordinatorlogg)." in index
    page = next(pages.rglob("addon_resources.html")).read_text(encoding="utf-8")
    assert "Underlag saknas. Ej levererat: Statusperioder." in page


def test_progress_and_summary_are_told(lokus, tmp_path):
    done = lokus("run", ROOT / "data/raw/jobs", "--wave", 6, "--out", tmp_path)
    assert done.returncode == 0
    assert "4/4" in done.stderr
    assert "4 of 4 pages made" in done.stderr


def test_plan_lists_the_pages_and_makes_none(lokus, tmp_path):
    done = lokus("run", ROOT / "data/raw/jobs", "--wave", 6, "--plan", "--out", tmp_path)
    assert done.stdout.splitlines() == [
        "A/addon_resources",
        "B/addon_resources",
        "comparison",
        "data_quality",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--wave", "7"], "found wave 7; allowed: one of 6"),
        (["--wave", "6", "--language", "de"], "found language 'de'; allowed: one of sv, en"),
        (["--wave", "6", "--group", "Q"], "found group 'Q'; allowed: A, B"),
    ],
)
def test_wrong_use_is_told_without_a_traceback(lokus, tmp_path, arguments, message):
    done = lokus("run", ROOT / "data/raw/jobs", *arguments, "--out", tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_failed_page_is_named_the_others_are_made_and_the_old_one_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "PROCESSED", tmp_path / "processed")
    notebooks = shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    monkeypatch.setattr(plan, "NOTEBOOKS", notebooks)
    opened = open_wave(ROOT / "data/raw/jobs", 6, "sv", tmp_path / "reports", lambda step: None)
    old = opened.reports / "sv" / "data_quality.html"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    broken = notebooks / "data_quality.ipynb"
    leak = "page.rows('deltaganden').head()"
    node = json.loads(broken.read_text(encoding="utf-8"))
    always = [c for c in node["cells"] if c["cell_type"] == "code" and "tags" not in c["metadata"]]
    always[-1]["source"] = leak
    broken.write_text(json.dumps(node), encoding="utf-8")

    begun = []
    pages = make_pages(opened, opened.pages, 2, begun.append, lambda one: 0)

    made = {one.page.name: one.error for one in pages}
    assert begun == opened.pages
    assert {name for name, error in made.items() if error} == {"data_quality"}
    assert "has not passed the disclosure module" in made["data_quality"]
    assert old.read_text(encoding="utf-8") == "old"
    index = (opened.reports / "sv" / "index.html").read_text(encoding="utf-8")
    assert 'href="data_quality.html"' in index  # the old one


def test_index_links_only_pages_that_are_there(lokus, tmp_path):
    folder = ROOT / "data/raw/jobs"
    done = lokus("run", folder, "--wave", 6, "--question", "comparison", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "jobs/wave-06/sv/index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"#]+)"', index) == ["comparison.html"]
    assert "Datakvalitet (inte gjord)" in index


def test_choice_of_pages():
    pages = [PlannedPage("process", "A"), PlannedPage("process", "B"), PlannedPage("comparison")]
    assert choose(pages, ["B"], None) == [pages[1]]
    assert choose(pages, None, ["comparison"]) == [pages[2]]
    with pytest.raises(InputError, match="found group 'C'; allowed: A, B"):
        choose(pages, ["A", "C"], None)
    with pytest.raises(InputError, match="Did you mean 'process'"):
        choose(pages, None, ["proces", "process"])


@pytest.mark.parametrize("question", QUESTIONS)
def test_notebook_is_short_clean_and_runs_by_its_defaults(question):
    node = json.loads((NOTEBOOKS / f"{question}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in node["cells"] if cell["cell_type"] == "code"]
    assert len(code) <= 25
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert 'data = "../data/processed/demo/wave-18"' in "".join(code[0]["source"])
