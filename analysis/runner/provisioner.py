"""How jupyter_client gets a kernel from a warm parent."""

import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from analysis.runner import warm


class Warm(LocalProvisioner):
    """Kernels forked from the warm parent of this process; started as ever where it does not answer."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel that was to be started by a command."""
        folder = str(kwargs.get("cwd") or os.getcwd())
        is_ours = cmd[0] == sys.executable and warm.MODULE in cmd
        arguments = cmd[cmd.index(warm.MODULE) + 1 :] if is_ours else []
        try:
            self.process = warm.Kernel(warm.address() if is_ours else "", arguments, kwargs["env"], folder)
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info
