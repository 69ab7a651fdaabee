"""Where suites run: moto in this process, a server on this machine, DynamoDB Local that we start."""
