"""Every leak in a page as a document is found, by its own check, and the clean page is silent."""

import pytest

from shared.audit.charts import charts_without_table, drawn_data, pictures
from shared.audit.identifiers import dates_of_people, known_names, numbers_of_people, raw_answers
from shared.audit.knowledge import Knowledge
from shared.audit.machine import fetched_resources, foreign_files, machine_traces, zip_entries
from shared.audit.places_named import municipalities, municipality_codes
from shared.audit.prose import few_in_words, numbers_in_prose
from shared.audit.residue import comments, hidden_elements, notebook_traces

NAMES = frozenset({"Cornelia Vretlund", "Stig", "Almsta", "P-0017"})
KNOWN = Knowledge(names=NAMES)
CHECKS = [
    charts_without_table,
    comments,
    dates_of_people,
    drawn_data,
    few_in_words,
    fetched_resources,
    foreign_files,
    hidden_elements,
    known_names,
    machine_traces,
    municipalities,
    municipality_codes,
    notebook_traces,
    numbers_in_prose,
    numbers_of_people,
    pictures,
    raw_answers,
    zip_entries,
]


@pytest.mark.parametrize("check", CHECKS)
def test_clean_page_is_silent(check, publication):
    assert check(publication(), KNOWN) == []


LEAKS = {
    drawn_data: [
        "<svg><rect height='3'/></svg>",
        "<canvas></canvas>",
        "<script>let n = 2</script>",
        '<div class="plotly-graph-div"></div>',
    ],
    charts_without_table: [
        '<figure><img alt="x" src="PNG"><figcaption>Annat</figcaption></figure>',
        '<img alt="löst" src="PNG">',
    ],
    hidden_elements: [
        '<p style="display: none">två</p>',
        '<p style="visibility:hidden">två</p>',
        '<p style="color: #fff">två</p>',
        '<p style="color:white">två</p>',
        '<p style="font-size: 0">två</p>',
        '<p style="opacity:0.0;">två</p>',
        '<p style="position:absolute; left:-999px">två</p>',
        "<style>.x { display:none }</style>",
        "<details>två</details>",
        "<template>två</template>",
        "<p hidden>två</p>",
        '<input type="hidden" value="x">',
        '<meta name="author" content="x">',
    ],
    comments: ["<!-- dolt -->", "kvin\u200bnor", "<![CDATA[dolt]]>"],
    notebook_traces: [
        '<div class="jp-InputArea">x</div>',
        "<pre>Traceback (most recent call last)</pre>",
        "<pre>FutureWarning: x</pre>",
    ],
    machine_traces: [
        "/home/anna/lokus",
        "C:\\Users\\anna",
        "/tmp/x1",
        "\\\\server\\delat",
        "papermill",
        "<p>ipykernel_1</p>",
        "anna@exempel.se",
    ],
    fetched_resources: [
        '<img src="https://exempel.se/a.png">',
        '<a href="//exempel.se">x</a>',
        '<p style="background: url(http://exempel.se/x)">x</p>',
        "<style>@import 'x.css'</style>",
    ],
    numbers_in_prose: [
        '<p class="finding">Av dem arbetar 47 %.</p>',
        '<p class="finding">62 % arbetar.</p>',  # 62 are there, and 62 per cent are not
        "<p>Totalt 77 ärenden.</p>",
        "<p>Kostnaden är tillbaka efter 4,99 månader.</p>",
        "<p>Minst 40 behövs, och 17 finns.</p>",
        '<img alt="Stapeln är 17 hög">',
        '<p data-n="17">x</p>',
        '<p aria-label="n 4,31">x</p>',
        "<span>17 till</span>",
        "<h2>17 ärenden</h2>",
        "17 ärenden",
    ],
    few_in_words: [
        "<p>Endast en man svarade.</p>",
        "<p>Tre av kvinnorna arbetar.</p>",
        "<p>Det gäller två unga kvinnor.</p>",
        "<p>3 personer arbetar.</p>",
        '<img alt="2 av 9 kvinnor">',
        "<p>Only two women answered.</p>",
    ],
    numbers_of_people: [
        "<p>19900101-2385</p>",
        "<p>9001012385</p>",
        "<p>199001012385</p>",
        "<p>19900161-2374</p>",  # a coordination number: the day plus 60
        '<p id="199001012385">x</p>',
        "<!-- 900101-2385 -->",
        "<p>070-174 06 05</p>",
    ],
    known_names: [
        "<p>Cornelia Vretlunds ärende</p>",
        "<p>CORNELIA VRETLUND</p>",
        "<p>cornelia vretlund</p>",
        "<p>Stigs ärende</p>",
        "<p>i almsta</p>",
        '<p class="stig">x</p>',
        "<p>fall p-0017</p>",
        "<!-- Almsta -->",
        "<title>Almsta</title>",
    ],
    dates_of_people: ["<p>2016-03-24</p>", "<p>den 24 mars 2016</p>", "<p>24/3 2016</p>"],
    municipalities: [
        "<p>Uppsalas grupp</p>",
        "<p>MALMÖ</p>",
        "<p>Malmo</p>",
        "<p>Upplands Väsby</p>",
        "<p>gruppen i Mark</p>",
        "<p>Lunds kommun</p>",
        '<p id="upplands-vasby">x</p>',
        '<img alt="Håbo">',
        "<!-- Heby kommun -->",
    ],
    municipality_codes: [
        "<p>0380</p>",
        "<p>kommunkod 1281</p>",
        '<p class="g-1281">x</p>',
        '<p data-x="0114">x</p>',
    ],
}
PLANTED = [(check, leak) for check, leaks in LEAKS.items() for leak in leaks]


@pytest.mark.parametrize(("check", "leak"), PLANTED)
def test_planted_leak_is_found_and_not_repeated(check, leak, publication):
    found = check(publication("</main>", f"{leak}</main>"), KNOWN)
    assert found
    said = " ".join(map(str, found))
    assert not any(word in said for word in (*NAMES, "990101", "2385", "Malm", "Uppsala", "almsta"))


@pytest.mark.parametrize("check", CHECKS)
def test_words_that_look_like_leaks_pass(check, publication):
    text = (
        "<p>En av tre delar saknas. Det är dags att vara med, ett berg att mora. Sala är stor. "
        "År 2080 och 1980 kr. Sidan 1/2. En stig i skogen. 0,0380 är litet.</p>"
        "<p id='year-1980'>x</p>"
    )
    if check is numbers_in_prose:
        text = "<p>Minst 40 behövs, under 5 visas inte, efter 6, 12 och 18 månader, 2017.</p>"
    assert check(publication("</main>", f"{text}</main>"), KNOWN) == []


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"xxXx"])
def test_picture_with_more_than_a_picture(kind, publication, png):
    assert pictures(publication(png(), png((kind, b"x"))), KNOWN)


def test_picture_with_something_after_its_end(publication, png):
    assert pictures(publication(png(), png(after=b"PK")), KNOWN)


@pytest.mark.parametrize("content", ["R0lGODlhAQABAAAAACw=", "?"])
def test_picture_that_is_none(content, publication, png):
    assert pictures(publication(png(), content), KNOWN)


def test_picture_of_another_format(publication):
    assert pictures(publication("image/png", "image/gif"), KNOWN)


@pytest.mark.parametrize(
    "name", ["x.ipynb", "C/rows.csv", "t.xlsx", "d.parquet", ".DS_Store", "C/more.tables.json"]
)
def test_foreign_file(name, publication):
    assert foreign_files(publication(files={name: b"x"}), KNOWN)


def test_place_of_a_foreign_file_does_not_repeat_its_name(publication):
    found = foreign_files(publication(files={"Cornelia Vretlund.csv": b"x"}), KNOWN)
    assert [one.page for one in found] == ["*.csv"]


def test_file_named_by_its_group(publication):
    read = publication(page="Uppsala/addon_resources")
    assert foreign_files(read, KNOWN)
    assert municipalities(read, KNOWN)
    assert municipality_codes(publication(page="0380/process"), KNOWN)


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (known_names, {"place": "almsta"}),
        (municipalities, {"place": "Enköping"}),
        (municipality_codes, {"place": "0381"}),
        (numbers_of_people, {"place": 199001012385}),
        (dates_of_people, {"place": "2016-03-24"}),
        (machine_traces, {"place": "/home/anna/x"}),
    ],
)
def test_leak_in_the_tables_beside_the_page(check, row, publication):
    assert check(publication(row=row), KNOWN)


def test_organisation_of_a_group_may_have_days(publication):
    read = publication("</main>", "<p>Möte 2016-03-24.</p></main>", page="C/process")
    assert dates_of_people(read, KNOWN) == []


def test_own_words_are_found_eight_in_a_row(publication, tmp_path_factory):
    import pandas as pd

    data = tmp_path_factory.mktemp("data")
    own = "Ingen har frågat mig hur jag vill ha det i vardagen"
    told = "Vi möts varje vecka och det gör att alla vet mer"
    pd.DataFrame({"comment": [own, None]}).to_parquet(data / "processenkat.parquet")
    quotes = pd.DataFrame({"quote": [told, told, own], "quote_ok": [True, False, False]})
    quotes.to_parquet(data / "intervjukodning.parquet")
    known = Knowledge(data=data)
    seven, eight = " ".join(own.split()[:7]), " ".join(own.split()[2:10])
    assert raw_answers(publication("</main>", f"<p>{told}, {seven}</p></main>"), known) == []
    assert raw_answers(publication("</main>", f"<p>{eight.upper()}</p></main>"), known)


def test_sentence_of_every_group_is_about_the_method(publication):
    publication("</main>", "<p>I Grupp D kostar det 77 kr.</p></main>", page="D/addon_resources")
    read = publication("</main>", "<p>I Grupp C kostar det 77 kr.</p></main>")
    assert numbers_in_prose(read, KNOWN) == []


def test_answer_needs_its_table_on_every_page(publication):
    answer = '<p class="answer">Det kostar 77 kr.</p></main>'
    publication("</main>", answer, page="D/addon_resources")
    assert len(numbers_in_prose(publication("</main>", answer), KNOWN)) == 2  # one for each page


def test_name_of_a_study_may_have_a_number(publication):
    name = "Samverkan (simulerad studie) · Grupp C, 18 mån"
    publication(name, "Ledarskap i 49 län · Alla, 0 mån", page="index")
    read = publication(name, "Ledarskap i 49 län · Grupp C, 0 mån")
    assert numbers_in_prose(read, KNOWN) == []


def test_interval_of_shown_counts_may_be_told(publication):
    # Wilson limits of 33 of 62: 40.9 and 65.1 per cent (Newcombe 1998, method 3, by hand).
    text = "<p>53 % (intervall 41 % till 65 %)</p></main>"
    assert numbers_in_prose(publication("</main>", text), KNOWN) == []


def test_numbers_of_two_cells_are_no_phone_number(publication):
    cells = "<td>+2.26</td><td>–</td><td>0.067</td><td>0.472</td></tr></tbody>"
    assert numbers_of_people(publication("</tr></tbody>", f"{cells}"), KNOWN) == []


def test_open_study_may_tell_of_few(publication):
    read = publication("</main>", "<p>3 personer arbetar.</p></main>")
    assert few_in_words(read, Knowledge(mode="open")) == []
