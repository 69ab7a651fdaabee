"""The metric of item collections: what the generated package publishes is what the alarm watches.

The service has no such metric, only `ItemCollectionMetrics` in the answers of writes that ask for them (API reference,
ItemCollectionMetrics); whoever writes publishes what they say, by the table's name.
"""

from __future__ import annotations

COLLECTION_NAMESPACE, COLLECTION_METRIC = "DynamoDBItemCollections", "SizeGigabytes"
