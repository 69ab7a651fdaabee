"""The strict request checker: refuses what the service refuses and an emulator lets through.

In: requests of a boto3 client, before they are sent. Out: `RequestRefused`, or a record of the request. Rules look at
requests and table schemas alone, never at plans. Each rule is a small function; its docstring is the rule.
"""
