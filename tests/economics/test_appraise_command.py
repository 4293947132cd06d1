"""``lokus appraise``: what it says about a table of projects, and what it refuses."""

import json
import os
import subprocess
import sys

import pytest

from shared.cli import main

HEADER = "project;participants;cost_per_participant;gain_per_participant_year\n"
# The first as printed in the evaluation of the Uppsala federation's projects (2014).
PROJECTS = HEADER + "Jobbstudion;19;52 000 kr;122 900\nGrön [ny];45;36000;−4 000\n"


@pytest.fixture
def appraise(tmp_path, monkeypatch, capsys):
    """Run the command on a file; return its exit code, what it wrote, and its faults."""

    def run(*options, content=PROJECTS):
        path = tmp_path / "projects.csv"
        path.write_text(content, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["lokus", "appraise", str(path), *options])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def document(appraise):
    """Run the command for its document; return it parsed."""

    def run(*options, **more):
        code, out, err = appraise("--json", *options, **more)
        assert (code, err) == (0, "")
        return json.loads(out)

    return run


# The document


def test_document_has_every_figure_of_jobbstudion(document):
    got = document()
    assert (got["years"], got["discount"]) == ([1, 5], 0)
    first = got["projects"][0]
    assert first.pop("payback_months") == pytest.approx(12 * 52_000 / 122_900)
    assert first == {
        "project": "Jobbstudion",
        "participants": 19,
        "cost_per_participant": 52_000,
        "gain_per_participant_year": 122_900,
        "cost_total": 988_000,
        "payback_whole_months": 6,
        "reached": True,
        "profit": [
            {"years": 1, "per_participant": 70_900, "total": 1_347_100},
            {"years": 5, "per_participant": 562_500, "total": 10_687_500},
        ],
    }


def test_payback_that_is_not_reached_is_null_and_said_so(document):
    second = document()["projects"][1]
    keys = ("reached", "payback_months", "payback_whole_months")
    assert [second[key] for key in keys] == [False, None, None]
    assert second["profit"][0]["total"] == 45 * -40_000


def test_horizons_are_those_asked_for_in_their_order(document):
    got = document("--years", "4, 1.5")
    assert got["years"] == [4, 1.5]
    # 4 * 122 900 - 52 000 and 1.5 * 122 900 - 52 000.
    each = [row["per_participant"] for row in got["projects"][0]["profit"]]
    assert each == [439_600, 132_350]


@pytest.mark.parametrize("rate", ["0.10", "0,10", ".1"])
def test_discounted_figures_by_hand(document, rate):
    # 24.2 a year at 10 %: 22 + 20 = 42 after two years, the cost of 36 is back at 12 + 8.4 months.
    got = document("--discount", rate, "--years", "2", content=HEADER + "A;10;36;24,2\n")
    assert got["discount"] == 0.1
    assert got["projects"][0]["payback_months"] == pytest.approx(20.4)
    assert got["projects"][0]["profit"][0]["total"] == pytest.approx(60)
    assert "10 % a year" in " ".join(got["notes"])


def test_order_of_rows_changes_only_the_order(document):
    first, *rows = PROJECTS.splitlines(keepends=True)
    turned = document(content=first + "".join(reversed(rows)))
    assert turned["projects"] == document()["projects"][::-1]


# The tables


def test_tables_say_payback_and_profit_in_kr(appraise):
    code, out, _ = appraise()
    lines = [line.rstrip() for line in out.splitlines()]
    assert code == 0
    assert "Jobbstudion           19    52 000     122 900         5.1     6" in lines
    assert "Grön [ny]             45    36 000      -4 000 not reached" in lines
    assert "Jobbstudion     1  70 900  1 347 100" in lines
    assert "                5 562 500 10 687 500" in lines
    assert "Grön [ny]       1 -40 000 -1 800 000" in lines


def test_tables_carry_what_to_mind(appraise):
    words = " ".join(appraise()[1].split())
    for said in ("price year of the source", "Gross change, assumed constant", "(deadweight)"):
        assert said in words
    assert words.endswith("Not discounted.")


def test_nothing_is_wider_than_a_terminal_or_cut_off(appraise):
    name = "Samverkan för unga vuxna med aktivitetsersättning i norra länet"
    _, out, _ = appraise(content=HEADER + f"{name};1000;1,4 Mkr;2,25 Mkr\n")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in out
    # 5 * 2 250 000 - 1 400 000 = 9 850 000, for each of a thousand.
    assert "5 9 850 000 9 850 000 000" in [line.strip() for line in lines]


# Refused


@pytest.mark.parametrize(
    "years", ["0", "1,0", "-1", "", "1,,5", "five", "nan", "1e3", "101", "1;5"]
)
def test_horizon_that_is_none_is_refused(appraise, years):
    code, out, err = appraise("--years", years)
    assert (code, out) == (2, "")
    assert f"found the horizons '{years}'; allowed: years above 0" in err


@pytest.mark.parametrize("rate", ["3.5", "1", "-0.1", "", ".", "nan", "3.5 %", "x"])
def test_rate_that_is_no_fraction_is_refused(appraise, rate):
    code, out, err = appraise("--discount", rate)
    assert (code, out) == (2, "")
    assert f"found the discount '{rate}'" in err
    assert "Write 3.5 % as 0.035." in err


def test_faults_of_the_file_are_all_told_without_traceback(appraise):
    code, out, err = appraise("--json", content=HEADER + "A;0;x;1\nB;1;2;\n")
    assert (code, out) == (2, "")
    for place in (
        *("row 2, column participants", "row 2, column cost_per_participant"),
        "row 3, column gain_per_participant_year",
    ):
        assert f"projects.csv, {place}: found" in err
    assert "Faults: 3" in err
    assert "Traceback" not in err


def test_missing_file_is_refused(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["lokus", "appraise", str(tmp_path / "none.csv")])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "no file to read at" in capsys.readouterr().err


def test_command_stays_light(tmp_path):
    path = tmp_path / "projects.csv"
    path.write_text(PROJECTS, encoding="utf-8")
    code = (
        "import sys; from shared.cli import app; app(sys.argv[1:], standalone_mode=False);"
        "print([name for name in ('scipy', 'matplotlib', 'statsmodels') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "appraise", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
