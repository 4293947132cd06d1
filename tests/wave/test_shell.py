"""What surrounds a page: whose it is, and links to the pages beside it and to no others."""

import pytest

from shared.pages.words import Words
from shared.study import Study
from shared.wave.plan import PlannedPage, plan
from shared.wave.shell import page_shell, start_shell

SV = Words("sv")
STUDY = Study.model_validate(
    {"name": "s", "title": "S", "waves": [18], "groups": [{"id": "A"}, {"id": "B"}]}
)
DELIVERED = {"deltaganden", "kostnader"}
PAGES = plan(STUDY, DELIVERED)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    return tmp_path


def links_of(shell):
    return {link["href"]: link["current"] for link in shell["links"]}


def test_page_of_all_groups_says_so_and_stands_beside_those_of_the_wave(data):
    shell = page_shell(PlannedPage("socioeconomics"), PAGES, STUDY, 18, data, SV)
    assert (shell["title"], shell["about"]) == (
        "Socioekonomi, Alla grupper, 18 mån",
        "Alla grupper, 18 mån",
    )
    assert links_of(shell) == {
        "index.html": False,
        "comparison.html": False,
        "socioeconomics.html": True,
        "data_quality.html": False,
    }


def test_page_of_a_group_stands_beside_that_groups_own(data):
    shell = page_shell(PlannedPage("socioeconomics", "B"), PAGES, STUDY, 18, data, SV)
    assert shell["title"] == "Socioekonomi, Grupp B, 18 mån"
    assert links_of(shell) == {
        "../index.html": False,
        "addon_resources.html": False,
        "socioeconomics.html": True,
    }


def test_first_page_links_each_groups_page_and_that_of_all_groups(data):
    made = {page.name for page in PAGES} - {"B/socioeconomics"}
    shell = start_shell(PAGES, made, STUDY, 18, data, DELIVERED, SV)
    assert [link["href"] for link in shell["wave_pages"]] == [
        "comparison.html",
        "socioeconomics.html",
        "data_quality.html",
    ]
    assert [[link["href"] for link in group["links"]] for group in shell["groups"]] == [
        ["A/addon_resources.html", "A/socioeconomics.html"],
        ["B/addon_resources.html", ""],
    ]
    assert shell["headings"] == ["Grupp", "Tilläggsresurser", "Socioekonomi"]


def test_first_page_without_costs_says_what_is_lacking(data):
    pages = plan(STUDY, {"deltaganden"})
    shell = start_shell(pages, set(), STUDY, 18, data, {"deltaganden"}, SV)
    assert [link["text"] for link in shell["wave_pages"]] == [
        "Jämförelse mellan grupperna (inte gjord)",
        "Datakvalitet (inte gjord)",
    ]
    assert any(line.startswith("Socioekonomi: inga sidor") for line in shell["missing"])
