"""What surrounds a page, in the reader's language: title, navigation, banner and provenance."""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from shared.pages.words import HIDDEN, Words
from shared.sources.dictionary import tables
from shared.study import Study
from shared.wave.plan import GROUP_QUESTIONS, WAVE_QUESTIONS, PlannedPage, unanswerable

TITLES = {
    "process": "Process",
    "coordinator": "Samverkanskoordinator",
    "addon_resources": "Tilläggsresurser",
    "socioeconomics": "Socioekonomi",
    "comparison": "Jämförelse mellan grupperna",
    "data_quality": "Datakvalitet",
}


def page_shell(
    page: PlannedPage, pages: list[PlannedPage], study: Study, wave: int, data: Path, words: Words
) -> dict:
    """Return the surroundings of one page among ``pages``."""
    group = words("Grupp {}").format(page.group) if page.group else words("Alla grupper")
    when = words("{} mån").format(wave)
    up = "../" if page.group else ""
    siblings = [other for other in pages if other.group == page.group]
    links = [{"text": words("Översikt"), "href": f"{up}index.html", "current": False}]
    links += [
        {
            "text": words(TITLES[other.question]),
            "href": f"{other.question}.html",
            "current": other == page,
        }
        for other in siblings
    ]
    about = f"{group}, {when}"
    title = f"{words(TITLES[page.question])}, {about}"
    return _common(study, wave, data, words) | {"title": title, "about": about, "links": links}


def start_shell(
    pages: list[PlannedPage],
    made: set[str],
    study: Study,
    wave: int,
    data: Path,
    delivered: set[str],
    words: Words,
) -> dict:
    """Return what the wave's first page says; only pages in ``made`` (their names) are linked."""
    groups = list(dict.fromkeys(page.group for page in pages if page.group))
    asked = [q for q in GROUP_QUESTIONS if any(page.question == q for page in pages)]
    whole = [q for q in WAVE_QUESTIONS if PlannedPage(q) in pages]
    missing = [
        words("{question}: inga sidor, för underlag saknas ({tables}).").format(
            question=words(TITLES[question]),
            tables=", ".join(words(tables()[name].title) for name in needs),
        )
        for question, needs in unanswerable(delivered).items()
    ]
    return _common(study, wave, data, words) | {
        "title": words("Uppföljning efter {} månader").format(wave) if wave else words("Baslinje"),
        "lead": words(
            "Rapporterna följer upp samverkan mellan myndigheterna i varje lokusgrupp: processen, "
            "samverkanskoordinatorns ärenden, tilläggsresurserna och socioekonomin."
        ),
        "wave_heading": words("Alla grupper"),
        "wave_pages": [_link(q, words(TITLES[q]), made, words) for q in whole],
        "group_heading": words("Grupp för grupp"),
        "group_caption": words("Varje grupps sidor; bokstäverna är nya för varje mättillfälle"),
        "headings": [words("Grupp"), *(words(TITLES[q]) for q in asked)],
        "groups": [
            {
                "name": words("Grupp {}").format(letter),
                "links": [
                    _link(f"{letter}/{q}", f"{words(TITLES[q])} {letter}", made, words)
                    for q in asked
                ],
            }
            for letter in groups
        ],
        "missing": missing,
        "links": [],
    }


def _link(name: str, text: str, made: set[str], words: Words) -> dict:
    if name in made:
        return {"text": text, "href": f"{name}.html"}
    return {"text": words("{} (inte gjord)").format(text), "href": ""}


def _common(study: Study, wave: int, data: Path, words: Words) -> dict:
    mode = study.disclosure.mode
    rule = {
        "suppress": words(
            "{symbol} betyder att uppgiften är skyddad: antal under {threshold} visas inte, och "
            "inte heller andra antal som skulle avslöja dem. {missing} betyder att uppgift saknas "
            "eller inte kan beräknas."
        ),
        "round": words(
            "Alla antal är avrundade till multiplar av {base} så att summorna stämmer, och andelar "
            "är beräknade på dem: ett antal kan vara upp till {most} mer eller mindre. {symbol} "
            "betyder att underlaget är för litet för att visas. {missing} betyder att uppgift "
            "saknas eller inte kan beräknas."
        ),
        "open": words("{missing} betyder att uppgift saknas eller inte kan beräknas."),
    }[mode]
    banner = words("Öppna eller simulerade data: inga uppgifter på sidan är skyddade.")
    digest = sha256((data / "manifest.json").read_bytes()).hexdigest()[:12]
    source = words("Lokus {version}, data {digest}. Intervall är 95 procent.")
    return {
        "language": words.language,
        "study": study.title,
        "skip": words("Till innehållet"),
        "navigation": words("Sidor"),
        "on_this_page": words("På denna sida"),
        "banner": banner if mode == "open" else "",
        "footer": [
            rule.format(
                symbol=HIDDEN,
                threshold=study.disclosure.threshold,
                base=study.disclosure.base,
                most=study.disclosure.base - 1,
                missing="–",
            ),
            words("Före och efter är förändring, inte effekt, om ingen jämförelsegrupp finns med."),
            source.format(version=version("lokus"), digest=digest),
        ],
    }
