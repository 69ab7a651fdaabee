"""DynamoDB Local from its container image, such as `amazon/dynamodb-local`, by Docker or Podman."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import uuid
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends.served import JAR, OPTIONS, ServedBackend

if TYPE_CHECKING:
    from collections.abc import Sequence

_PORT = 8000  # inside the container
_TOOLS = ("docker", "podman")


class ContainerBackend(ServedBackend):
    """A container that is removed when it stops."""

    name = "local"
    start_seconds = 300.0  # the image may have to be fetched

    def __init__(self, image: str) -> None:
        """EnvironmentFault when there is neither Docker nor Podman."""
        super().__init__(image)
        tool = next((found for name in _TOOLS if (found := shutil.which(name))), None)
        if tool is None:
            hint = "install one of them, or give a folder with --local-dir, or an address with --endpoint"
            message = f"the image `{image}` needs Docker or Podman, and neither is on the PATH"
            raise EnvironmentFault([finding("DM612", message, hint=hint)])
        self._tool, self._image = tool, image
        self._name = f"dynamodel-verify-{uuid.uuid4().hex[:12]}"

    def serving(self, port: int) -> tuple[Sequence[str], None]:
        """In the foreground, so that ending the command ends the container; reachable from this machine alone."""
        options = ("--rm", "--name", self._name, "-p", f"127.0.0.1:{port}:{_PORT}")
        return (self._tool, "run", *options, self._image, "-jar", JAR, *OPTIONS), None

    def printing_version(self) -> tuple[Sequence[str], None]:
        """The jar's own option, in a container of its own."""
        return (self._tool, "run", "--rm", self._image, "-jar", JAR, "-version"), None

    def stop(self) -> None:
        """End the command, and make sure that the container is gone too."""
        was_running = self._process is not None
        super().stop()
        if was_running:
            with contextlib.suppress(OSError):
                command = [self._tool, "rm", "--force", self._name]
                subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the command is ours
