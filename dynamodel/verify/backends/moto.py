"""moto, in this process: no network, no account, nothing to install beyond the package itself."""

from __future__ import annotations

from typing import Any

from dynamodel.verify.backends.base import Backend, make_client


class MotoBackend(Backend):
    """The default backend. moto proves function only: capacity figures of moto are constants and are never shown."""

    name = "moto"

    def __init__(self) -> None:
        """Nothing is mocked before the backend is entered."""
        super().__init__()
        self._mock: Any = None

    def start(self) -> None:
        """Put moto in front of every boto3 client of this process."""
        from moto import mock_aws

        self._mock = mock_aws()
        self._mock.start()

    def stop(self) -> None:
        """Give boto3 back; all tables are forgotten."""
        if self._mock is not None:
            self._mock.stop()

    def client(self) -> Any:
        """A client with made-up credentials that looks at no configuration."""
        return make_client(None, own_credentials=False, attempts=1)
