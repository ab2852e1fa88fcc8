"""Where people look: the apps of a tenant, the home of an app."""
