"""AWS SAM: the table in a serverless template, with a role for functions behind each policy."""
