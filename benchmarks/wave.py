"""Where the seconds of a wave go: each step of preparing the data, then the pages.

    .venv/bin/python benchmarks/wave.py data/raw/demo 18

Processed tables and pages go to a temporary folder, so that every step is really done.
"""

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

FOLDER, WAVE = Path(sys.argv[1]).resolve(), int(sys.argv[2])


def main() -> None:
    """Print seconds per step, and the median and slowest page of each question."""
    start = time.perf_counter()
    from shared.wave.kernels import warm_kernels

    warm_kernels()
    from shared.wave.run import make_pages, open_wave

    steps = [("start and imports", start)]
    with tempfile.TemporaryDirectory() as out:
        wave = open_wave(
            FOLDER, WAVE, "sv", Path(out), lambda step: steps.append((step, time.perf_counter()))
        )
        steps.append((f"{len(wave.pages)} pages", time.perf_counter()))
        made = make_pages(wave, wave.pages, os.cpu_count() or 1, lambda one: None, lambda one: None)
    steps.append(("", time.perf_counter()))
    for (name, begun), (_, ended) in itertools.pairwise(steps):
        print(f"{ended - begun:7.1f} s  {name}")
    print(f"{steps[-1][1] - start:7.1f} s  in all")
    for question in dict.fromkeys(one.page.question for one in made):
        seconds = sorted(one.seconds for one in made if one.page.question == question)
        print(f"{seconds[len(seconds) // 2]:7.1f} s  {question}, slowest {seconds[-1]:.1f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as processed:
        os.environ["LOKUS_PROCESSED"] = processed
        main()
