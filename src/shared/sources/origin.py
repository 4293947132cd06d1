"""Origin cards: every raw file has one in ``origin.yml``, and is still the file that was received.

A card says producer, received, period, licence (or agreement) and the file's SHA-256.
"""

from hashlib import sha256
from pathlib import Path

import yaml

from shared.faults import Fault

FIELDS = ("producer", "received", "period", "licence", "sha256")


def check_origins(folder: Path, files: list[str]) -> list[Fault]:
    """Return a fault for each of ``files`` (paths within ``folder``) whose card does not hold.

    A card whose file is gone is a fault too: pages would be made from older data without a word.
    """
    path = folder / "origin.yml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    try:
        cards = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        return [Fault("text that is not YAML", "YAML", file=path.name)]
    lost = [
        Fault(f"no file {name}", "every file that has a card", "Find it, or remove the card.", name)
        for name in cards
        if not (folder / name).is_file()
    ]
    return lost + [
        fault for name in files for fault in _faults(folder / name, name, cards.get(name))
    ]


def _faults(path: Path, name: str, card: dict | None) -> list[Fault]:
    if card is None:
        todo = f"Write a card for {name}: {', '.join(FIELDS)}."
        return [Fault(f"no card for {name}", "one card per raw file", todo, file="origin.yml")]
    missing = [field for field in FIELDS if not card.get(field)]
    if missing:
        found = f"a card for {name} without {', '.join(missing)}"
        return [Fault(found, f"a card with {', '.join(FIELDS)}", file="origin.yml")]
    actual = sha256(path.read_bytes()).hexdigest()
    if actual != str(card["sha256"]).lower():
        found = f"another checksum than the card's ({str(card['sha256'])[:8]}…)"
        todo = f"If the producer sent a new file, write sha256: {actual} and the new date."
        return [Fault(found, "the file as it was received", todo, file=name)]
    return []
