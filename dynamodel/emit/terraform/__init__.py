"""Terraform: the table as a module of the AWS provider."""
