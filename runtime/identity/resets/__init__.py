"""A new password for somebody who has lost the old one."""
