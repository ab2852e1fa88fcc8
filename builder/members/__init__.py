"""Who belongs to the tenant, where, and what each may do."""
