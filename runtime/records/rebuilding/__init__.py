"""What workers still owe the records of an app, and their working it off."""
