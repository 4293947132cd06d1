"""Keys of the tests: never the user's own, and always the same for the committed studies."""

import pytest

FIXED = {"demo": "d1", "jobs": "a2", "leadership": "e3"}


@pytest.fixture(autouse=True, scope="session")
def keys(tmp_path_factory):
    """Keep every study's key in a folder of the session; other studies get one on first use."""
    folder = tmp_path_factory.mktemp("keys")
    for study, byte in FIXED.items():
        (folder / f"{study}.key").write_text(byte * 32, encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKUS_KEYS", str(folder))
        yield folder
