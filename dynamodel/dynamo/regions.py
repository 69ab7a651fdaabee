"""AWS Regions: their names, and which of them can hold a strongly consistent global table together.

Source: Amazon DynamoDB developer guide, "How DynamoDB global tables work", Regions of multi-Region strong consistency.
"""

from __future__ import annotations

import re

REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,2}-[1-9]")
STRONG_SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
STRONG_REGIONS = 3  # three replicas, or two and a witness
