"""One hash of all that a wave's processed tables are made from: equal hash, nothing to do again."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from shared.places import EXPECTATIONS

PACKAGE = Path(__file__).parents[1]
CODE = (".py", ".yml", ".csv")


def stamp(folder: Path, wave: int, key: bytes) -> str:
    """Return the hash of a study's files, the rules, this package, the key and the wave."""
    digest = sha256(f"{wave}".encode() + key)
    for place in (folder, EXPECTATIONS, PACKAGE):
        for path in _files(place):
            digest.update(path.relative_to(place).as_posix().encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """List files in a fixed order; of the package only what is read as code or settings."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (folder != PACKAGE or path.suffix in CODE):
            yield path
