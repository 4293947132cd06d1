"""The stamp changes with anything the processed tables are made from, and with nothing else."""

from shared.wave.stamp import stamp

KEY = b"k"


def study(folder):
    (folder / "wave-06").mkdir(parents=True)
    (folder / "study.yml").write_text("name: s", encoding="utf-8")
    (folder / "wave-06" / "moten.csv").write_text("a", encoding="utf-8")
    return folder


def test_same_files_same_stamp_wherever_they_lie(tmp_path):
    assert stamp(study(tmp_path / "a"), 6, KEY) == stamp(study(tmp_path / "b"), 6, KEY)


def test_changed_cell_wave_key_or_place_changes_the_stamp(tmp_path):
    folder = study(tmp_path)
    stamps = [stamp(folder, 6, KEY), stamp(folder, 12, KEY), stamp(folder, 6, b"other")]
    delivered = folder / "wave-06" / "moten.csv"
    delivered.write_text("b", encoding="utf-8")
    stamps.append(stamp(folder, 6, KEY))
    (folder / "wave-12").mkdir()
    delivered.rename(folder / "wave-12" / "moten.csv")
    stamps.append(stamp(folder, 6, KEY))
    assert len(set(stamps)) == len(stamps)
