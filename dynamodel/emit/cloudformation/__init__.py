"""CloudFormation: the table as a template to review and deploy."""
