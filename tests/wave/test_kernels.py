"""Forked kernels: whatever a notebook can see is as in a kernel of its own, only sooner."""

import gc
import json
import multiprocessing as mp
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient.exceptions import DeadKernelError

from shared.wave import kernels

CHOICE = "JUPYTER_DEFAULT_PROVISIONER_NAME"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Warm kernels up once for this module, and leave all as it was."""
    before = dict(os.environ)
    os.environ.pop(CHOICE, None)
    KernelProvisionerFactory.clear_instance()  # it may remember an earlier choice
    kernels.warm_kernels()
    yield
    os.environ.clear()
    os.environ.update(before)
    KernelProvisionerFactory.clear_instance()


def run(folder, *cells, name="notebook"):
    """Run cells as a notebook in ``folder`` and return it with its outputs."""
    path = folder / f"{name}.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return papermill.execute_notebook(
        path,
        None,
        cwd=folder,
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=30,
    )


def printed(notebook):
    """Return what a notebook printed, read as JSON, one value per line."""
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    text = "".join(output.text for output in outputs if output.get("name") == "stdout")
    return [json.loads(line) for line in text.splitlines()]


EVERYTHING = [
    # The connection file differs from run to run, all else about the process does not.
    "import os, sys\n"
    "print(os.getcwd(), [value for value in sys.argv if not value.endswith('.json')])\n"
    "print(__name__, sys.executable, os.getsid(0) == os.getpid())\n"
    "print(os.environ.get('MPLBACKEND'), os.environ.get('LATE'))\n"
    "'numpy' in dir()",
    "import numpy as np\nimport pandas as pd\nimport seaborn as sns\n"
    "import matplotlib.pyplot as plt\n"
    "print(plt.get_fignums(), pd.options.display.encoding)",
    "np.random.seed(8)\nnp.random.normal(size=3), np.random.default_rng(8).normal(size=3)",
    # Wider and longer than pandas shows, so that its display options have a say.
    "wide = pd.DataFrame(np.random.normal(size=(80, 30)))\nwide['who'] = list('abcd') * 20\nwide",
    "print(wide)\nwide.groupby('who')[[0]].mean().style.format('{:.2f}').to_html(uuid='means')",
    # Shown without plt.show(), as only a kernel's own matplotlib backend does.
    "axes = sns.barplot(wide, x='who', y=0, seed=8)\naxes.set_title('Wie?')",
    "print(plt.get_backend(), plt.isinteractive(), plt.get_fignums())\n"
    "plt.plot([1, 2])\nplt.show()",
]


def test_forked_notebook_is_byte_identical_to_plain(tmp_path, monkeypatch):
    monkeypatch.setenv("LATE", "set after the server started")
    forked = run(tmp_path, *EVERYTHING)
    factory = KernelProvisionerFactory.instance()
    monkeypatch.setattr(factory, "default_provisioner_name", "local-provisioner")
    plain = run(tmp_path, *EVERYTHING)
    for got, expected in zip(forked.cells, plain.cells, strict=True):
        assert got.execution_count == expected.execution_count
        assert json.dumps(got.outputs) == json.dumps(expected.outputs)
    assert sum("image/png" in output.get("data", {}) for output in forked.cells[5].outputs) == 1


def test_kernel_is_a_fork_of_a_server_without_threads(tmp_path):
    got = printed(
        run(
            tmp_path,
            "import json, os, sys\nfrom pathlib import Path\n"
            "loaded = sorted({'pandas', 'seaborn', 'great_expectations'} & set(sys.modules))\n"
            "server = Path(f'/proc/{os.getppid()}')\n"
            "print(json.dumps('forkserver' in (server / 'cmdline').read_text()))\n"
            "print(json.dumps(loaded))\n"
            "print([int(line.split()[1]) for line in (server / 'status').read_text().splitlines()\n"
            "       if line.startswith('Threads:')])",
        )
    )
    assert got == [True, ["pandas", "seaborn"], [1]]


def test_nothing_goes_from_one_kernel_to_the_next(tmp_path):
    look = (
        "import json, os\nimport matplotlib.pyplot as plt\nimport pandas as pd\n"
        "print(json.dumps(['mine' in globals(), plt.rcParams['figure.dpi'],\n"
        "                  pd.options.display.max_rows, os.environ.get('MINE'), os.getcwd()]))\n"
    )
    change = (
        "mine = 1\nplt.rcParams['figure.dpi'] = 33\npd.options.display.max_rows = 7\n"
        "os.environ['MINE'] = 'yes'\nos.chdir('/')"
    )
    before, changed = printed(run(tmp_path, look + change, look))
    assert changed == [True, 33, 7, "yes", "/"]
    assert printed(run(tmp_path, look)) == [before]


def test_unseeded_random_numbers_differ_between_kernels(tmp_path):
    draw = (
        "import random\nimport numpy as np\n"
        "print(np.random.random())\nprint(random.random())\nprint(np.random.default_rng().random())"
    )
    pairs = zip(printed(run(tmp_path, draw)), printed(run(tmp_path, draw)), strict=True)
    assert [first == second for first, second in pairs] == [False, False, False]


def test_two_notebooks_at_once_in_threads(tmp_path):
    def meet(own, other):  # each notebook waits for the other, so neither can run alone
        wait = (
            "import time\nfrom pathlib import Path\n"
            f"Path('{own}').touch()\n"
            f"while not Path('{other}').exists():\n    time.sleep(0.05)\n"
            f"print({own})"
        )
        return printed(run(tmp_path, wait, name=f"notebook-{own}"))

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(meet, [1, 2], [2, 1])) == [[1], [2]]


def test_dead_kernel_is_an_error_and_not_a_wait(tmp_path):
    begin = time.monotonic()
    with pytest.raises(DeadKernelError):
        run(tmp_path, "import os\nos._exit(3)")
    assert time.monotonic() - begin < 10


def test_what_a_kernel_leaves_open_is_written_when_it_ends(tmp_path):
    run(tmp_path, "left = open('left.txt', 'w')\nleft.write('all of it')")
    assert (tmp_path / "left.txt").read_text() == "all of it"


def test_notebook_may_start_processes(tmp_path):
    start = (
        "import multiprocessing, os\n"
        "child = multiprocessing.Process(target=os._exit, args=[5])\n"
        "child.start()\nchild.join()\nprint(child.exitcode)"
    )
    assert printed(run(tmp_path, start)) == [5]


def test_sockets_are_gone_after_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run(tmp_path, "import os\nprint(os.getpid())")
    gc.collect()
    assert list(tmp_path.glob("lokus-*")) == []


def test_process_that_may_have_no_children_uses_plain_kernels(tmp_path, monkeypatch):
    monkeypatch.setitem(mp.current_process()._config, "daemon", True)
    assert printed(run(tmp_path, "import os\nprint(os.getppid())")) == [os.getpid()]


CLIENT = """
import os, sys, time
from jupyter_client import KernelManager
from shared.wave import kernels

sys.argv.append("started")  # no main guard: a kernel that ran this script would start kernels
assert sys.argv.count("started") == 1
kernels.PRELOAD[:] = [kernels.__name__, *sys.argv[1:-1]]
kernels.warm_kernels()
manager = KernelManager()
manager.start_kernel(cwd=sys.path[0])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=30)
kind, pid = type(manager.provisioner.process).__name__, manager.provisioner.pid
print(kind, manager.transport, os.readlink(f"/proc/{pid}/cwd"), pid, flush=True)
"""


@contextmanager
def start_client(folder, code, *preload):
    """Run CLIENT and more code in a process of its own, which ends here at the latest."""
    script = folder / "client.py"
    script.write_text(CLIENT + code)
    with subprocess.Popen(
        [sys.executable, script, *preload],
        env=os.environ | {"PYTHONPATH": str(folder), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        try:
            yield client
        finally:
            client.kill()


def ends(pid, within=10):
    """Tell whether a process ends in time; a zombie has ended."""
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("code", ["", "time.sleep(60)"], ids=["client ends", "client is killed"])
def test_kernel_ends_with_its_client(tmp_path, code):
    with start_client(tmp_path, code) as client:
        *kind, pid = client.stdout.readline().split()
        if code:
            client.kill()
        assert kind == ["_ForkedKernel", "ipc", str(tmp_path)]
        assert ends(client.pid)
        assert ends(pid)


def test_broken_module_in_the_preload_gives_plain_kernels(tmp_path):
    (tmp_path / "broken.py").write_text("1 / 0")
    with start_client(tmp_path, "manager.shutdown_kernel()", "broken") as client:
        output, errors = client.communicate(timeout=30)
    assert output.startswith("Popen ")
    assert "ZeroDivisionError" in errors


def test_choice_of_another_provisioner_is_left_alone(monkeypatch):
    monkeypatch.setenv(CHOICE, "local-provisioner")
    monkeypatch.setattr(kernels, "_start_server", lambda: pytest.fail("started"))
    kernels.warm_kernels()
    assert os.environ[CHOICE] == "local-provisioner"


def test_nothing_happens_where_kernels_cannot_be_forked(monkeypatch):
    monkeypatch.delenv(CHOICE)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(kernels, "_start_server", lambda: pytest.fail("started"))
    kernels.warm_kernels()
    assert CHOICE not in os.environ
