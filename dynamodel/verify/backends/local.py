"""DynamoDB Local from a folder with its jar.

It may not be redistributed, so users point to their own copy. Multi-attribute keys need version 3.3 or newer, which
needs Java 17.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends.served import JAR, OPTIONS, ServedBackend

_JAVA = 17
# A server that lives for seconds or minutes: compiling its code once more, better, costs more than it gives.
JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.library.path=./DynamoDBLocal_lib")


class LocalBackend(ServedBackend):
    """The jar in a folder, run by the Java of this machine."""

    name = "local"

    def __init__(self, folder: Path) -> None:
        """EnvironmentFault when the folder has no jar or there is no Java that can run it."""
        super().__init__(str(folder))
        if not (folder / JAR).is_file():
            hint = "unpack DynamoDB Local 3.3 or newer there, or run it yourself and give its address with --endpoint"
            raise EnvironmentFault([finding("DM701", f"`{folder}` has no {JAR}", hint=hint)])
        self.folder = folder
        self._command = (find_java(), *JAVA_OPTIONS, "-jar", JAR)

    def serving(self, port: int) -> tuple[tuple[str, ...], Path]:
        """Java with the jar."""
        return (*self._command, *OPTIONS, "-port", str(port)), self.folder

    def printing_version(self) -> tuple[tuple[str, ...], Path]:
        """The jar's own option."""
        return (*self._command, "-version"), self.folder


def find_java() -> str:
    """The `java` command, of JAVA_HOME or on the PATH; EnvironmentFault when there is none or it is too old."""
    home = os.environ.get("JAVA_HOME")
    candidate = Path(home) / "bin" / "java" if home else None
    command = str(candidate) if candidate is not None and candidate.is_file() else shutil.which("java")
    hint = f"install a Java {_JAVA} runtime, or run DynamoDB Local elsewhere and give its address with --endpoint"
    if command is None:
        raise EnvironmentFault(
            [finding("DM702", "DynamoDB Local needs Java, and `java` is not on the PATH", hint=hint)]
        )
    answer = subprocess.run([command, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    said = answer.stderr + answer.stdout
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found.group(1)) < _JAVA:
        first = (said.strip().splitlines() or ["nothing"])[0]
        message = f"DynamoDB Local needs Java {_JAVA} or newer; `{command} -version` says: {first}"
        raise EnvironmentFault([finding("DM702", message, hint=hint)])
    return command
