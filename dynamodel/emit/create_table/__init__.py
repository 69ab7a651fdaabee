"""Plain requests: what the AWS CLI and boto3 take, without a tool for infrastructure."""
