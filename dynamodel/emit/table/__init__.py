"""The table in words of the service: what every kind of infrastructure code says, before it is said in one."""
