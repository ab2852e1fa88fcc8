"""Accounts, tenants, members, departments, roles; who somebody is and how they prove it."""
