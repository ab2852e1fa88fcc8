"""Reading records: one, a page, groups, history, what links here; filtered by rights in SQL."""
