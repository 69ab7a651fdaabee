"""The independent judge: evaluates declared access patterns over plain Python rows.

In: a workload, rows, arguments, a clock. Out: the answer that the declaration promises. It knows the spec and
DynamoDB's comparison of values, and nothing of keys, plans, templates or requests; it imports only `ir` and `dynamo`.
"""
