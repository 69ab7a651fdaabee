"""AWS CDK in Python: the table as a construct around `TableV2`."""
