"""dynamodel: declare entities and access patterns, get a proven DynamoDB design. What a model.py imports."""
