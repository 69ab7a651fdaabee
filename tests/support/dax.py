"""A client that behaves as `AmazonDaxClient` of amazon-dax-client 2.1 does, in front of a client of DynamoDB.

What differs from botocore, read in that package: ten methods and no more; parameters are validated by botocore's model;
entries of a batch are written into (`attr_names`, `attr_list_id`); a single write does not send
`ReturnValuesOnConditionCheckFailure`, so its error has no item; errors are a `ClientError` of their own whose response
is an `Error` and little else, and whose `cancellation_reasons` are undecoded; answers have no `ResponseMetadata`; an
item that is not there is `None`; sets are sets, and a number's exponent may show.
"""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from botocore.client import BaseClient

METHODS = (
    "batch_get_item",
    "batch_write_item",
    "delete_item",
    "get_item",
    "put_item",
    "query",
    "scan",
    "transact_get_items",
    "transact_write_items",
    "update_item",
)


class DaxServiceError(ClientError):
    """An error of the cluster."""

    def __init__(self, operation: str, message: str, code: str, reasons: Any = None) -> None:
        response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        super().__init__(response, operation)  # type: ignore[arg-type]
        self.code, self.codes, self.cancellation_reasons = code, [4, 37], reasons


class AmazonDaxClient:
    """The ten methods of the real one."""

    def __init__(self, real: BaseClient) -> None:
        self.real, self.meta = real, real.meta
        self.sent: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(name)

        def call(**request: Any) -> Any:
            return self._call(name, request)

        return call

    def _call(self, name: str, request: dict[str, Any]) -> Any:
        self.sent.append(name)
        model = self.meta.service_model.operation_model(self.meta.method_to_api_mapping[name])
        report = ParamValidator().validate(request, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        asked = copy.deepcopy(request)
        for entries in request.get("RequestItems", {}).values() if name == "batch_write_item" else ():
            for entry in entries:
                for write in entry.values():
                    write |= {"attr_names": (), "attr_list_id": 1}
        if name in {"put_item", "update_item", "delete_item"}:
            asked.pop("ReturnValuesOnConditionCheckFailure", None)
        try:
            answer: dict[str, Any] = getattr(self.real, name)(**asked)
        except ClientError as error:
            held: Any = error.response
            raw = [part for r in held.get("CancellationReasons", ()) for part in (r["Code"], r.get("Message"), b"")]
            raise DaxServiceError(
                error.operation_name, held["Error"]["Message"], held["Error"]["Code"], raw or None
            ) from None
        answer.pop("ResponseMetadata", None)
        if name == "get_item":
            answer.setdefault("Item", None)
        return _as_decoded(answer)


def _as_decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_decoded(v) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((kind, held),) = value.items()
        if kind == "N" and isinstance(held, str) and "." in held:
            return {kind: str(Decimal(held).normalize())}
        if kind in {"SS", "NS", "BS"} and isinstance(held, list):
            return {kind: set(held)}
    return {name: _as_decoded(held) for name, held in value.items()}
