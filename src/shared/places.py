"""Where things live in the repository."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXPECTATIONS = ROOT / "expectations"
PROCESSED = Path(os.environ.get("LOKUS_PROCESSED") or ROOT / "data" / "processed")
REPORTS = ROOT / "reports"


def wave_folder(wave: int) -> str:
    """Return the name of a wave's folder, the same in raw, processed and reports."""
    return f"wave-{wave:02d}"
