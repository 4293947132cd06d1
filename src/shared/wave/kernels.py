"""Jupyter kernels forked from one warm process: fresh and isolated, without the imports.

Most of the time of a short notebook goes into importing pandas, matplotlib and statsmodels.
Here one server process imports them once, and every kernel is a fork of it with an empty
namespace and its own environment, folder, sockets and session. Jupyter finds the class by
its entry point, so papermill, nbclient and nbconvert run notebooks as they always do.

Two things differ from a kernel of its own. What a module of PRELOAD reads from the
environment or a file such as matplotlibrc when imported, it has read when the server
started. And sys.path is that of the client.
"""

import atexit
import multiprocessing as mp
import os
import runpy
import shutil
import sys
import tempfile
import threading
import weakref
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

# Modules of this project that notebooks import; one that does not exist is passed over.
PROJECT = ["shared.pages.page", "shared.pages.draw"]

# Never tqdm.auto, plotly.io or matplotlib_inline, which look at the front end when imported:
# here there is none. Nor what starts a thread (see ENVIRONMENT), nor great_expectations,
# which takes as long to import as all the others and is of no use to a notebook.
PRELOAD = [
    __name__,
    *["ipykernel.kernelapp", "ipykernel.debugger", "IPython.extensions.storemagic"],
    *["pandas", "pandas.io.formats.style", "pyarrow.dataset", "pyarrow.parquet"],
    *["scipy.optimize", "scipy.stats", "statsmodels.api", "statsmodels.duration.survfunc"],
    *["statsmodels.stats.proportion", "matplotlib.pyplot", "matplotlib.backends.backend_agg"],
    *["seaborn", "babel.dates", "babel.numbers", "jinja2"],
    *PROJECT,
]

ENVIRONMENT = {
    # A fork copies one thread only, and any lock that another holds would stay locked.
    # One thread for each kernel is also the best use of cores that kernels share.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # ipykernel.debugger need not warn of frozen modules
}

NAME = "lokus-fork"  # of the entry point in pyproject.toml
LAUNCHER = "ipykernel_launcher"
INLINE = "module://matplotlib_inline.backend_inline"
LOCK = threading.Lock()


def warm_kernels() -> None:
    """Fork the kernels of this process from now on, and begin the imports in the background.

    Call it before the first kernel starts, and well before to gain most. Variables already
    set are left alone: JUPYTER_DEFAULT_PROVISIONER_NAME=local-provisioner gives plain kernels.
    """
    variable = "JUPYTER_DEFAULT_PROVISIONER_NAME"
    if _can_fork() and os.environ.setdefault(variable, NAME) == NAME:
        _start_server()


class ForkProvisioner(LocalProvisioner):
    """Fork kernels of this interpreter from the warm process; launch others as usual."""

    forks = False

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Decide how to launch, and let a forked kernel talk over Unix sockets."""
        command = self.parent.format_kernel_cmd()
        self.forks = _can_fork() and command[0] == sys.executable and LAUNCHER in command
        if self.forks and self.parent.transport == "tcp":
            # A port found free now may be taken when the kernel binds it. A folder is ours.
            folder = tempfile.mkdtemp(prefix="lokus-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self.parent.transport, self.parent.ip = "ipc", f"{folder}/kernel"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch the kernel as decided, and return how to connect to it."""
        if not self.forks:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        try:
            self.process = _fork(cmd[cmd.index(LAUNCHER) + 1 :], kwargs["env"], self.cwd)
        except (EOFError, OSError):
            # The server ends with a traceback when a module of PRELOAD is broken. The run goes
            # on, and a notebook that imports the module shows what is wrong with it.
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class _ForkedKernel:
    """A forked process with the part of ``subprocess.Popen`` that LocalProvisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None  # for the type checker: the process has been started
        self.pid, self._process = process.pid, process
        self.kill, self.terminate = process.kill, process.terminate

    def poll(self) -> int | None:
        return self._process.exitcode

    wait = poll  # only called once poll() has an answer

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)


def _can_fork() -> bool:
    """Tell whether kernels may be forked here.

    Windows cannot, and on macOS the system's libraries do not survive it. Daemonic processes,
    such as the workers of multiprocessing.Pool, may have no children.
    """
    return sys.platform == "linux" and not mp.current_process().daemon


def _start_server() -> None:
    """Start the warm process, unless it runs; do not wait for its imports."""
    from multiprocessing import forkserver  # which Windows has not

    for variable, value in ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    forkserver.set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()


def _fork(arguments: list[str], environment: dict[str, str], folder: Path) -> _ForkedKernel:
    """Have the server fork a kernel, a daemon so that it cannot keep this process from ending."""
    kernel = mp.get_context("forkserver").Process(
        target=_run_kernel, args=(arguments, environment, folder), name="kernel", daemon=True
    )
    with LOCK:  # multiprocessing would run the client's main script again in each child
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            _start_server()
            kernel.start()
        finally:
            sys.modules["__main__"] = main
    return _ForkedKernel(kernel)


def _run_kernel(arguments: list[str], environment: dict[str, str], folder: Path) -> None:
    """Be a kernel, from the fork to the end of the process."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # interrupts and kills reach the kernel's children, and not its client
    mp.current_process().daemon = False  # so that a notebook may start processes
    # Server and kernels would keep each other alive when the client dies.
    threading.Thread(target=_end_with, args=[mp.parent_process()], daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _settle_again()
    IPKernelApp.instance(parent_handle=os.getppid())  # else it says it was started by hand
    sys.argv = [LAUNCHER, *arguments]
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)  # as python -m would
    atexit._run_exitfuncs()  # which multiprocessing leaves out: files left open are written


def _end_with(client: BaseProcess) -> None:
    client.join()
    os._exit(1)


def _settle_again() -> None:
    """Settle what PRELOAD settled on import as no kernel would, or for all kernels alike."""
    import matplotlib
    import numpy
    import pandas

    numpy.random.seed()
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND") or INLINE
    pandas.set_option("display.max_columns", 20, "display.encoding", "UTF-8")
