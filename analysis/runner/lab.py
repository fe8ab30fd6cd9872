"""JupyterLab whose kernels start warm (see `analysis.runner.warm`)."""

from collections.abc import Sequence
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory
from jupyterlab.labapp import LabApp

from analysis.facts import paths
from analysis.runner import warm


def serve(arguments: Sequence[str], prepare: Sequence[str] = ()) -> Any:
    """Serve JupyterLab until it is stopped.

    Parameters
    ----------
    arguments : JupyterLab's own. It opens the notebook with controls, on this machine alone, unless they say else.
    prepare : what `analysis.runner.warm.parent` does first, beside the start of the server.
    """
    with warm.parent(prepare):
        if warm.offer():
            KernelProvisionerFactory.instance().default_provisioner_name = warm.NAME
        named = {argument.partition("=")[0] for argument in arguments}
        ours = {
            "--ip": "127.0.0.1",
            "--ServerApp.root_dir": paths.NOTEBOOKS,
            "--LabApp.default_url": "/lab/tree/explore.ipynb",
        }
        first = [f"{name}={given}" for name, given in ours.items() if name not in named]
        return LabApp.launch_instance([*first, *arguments])
