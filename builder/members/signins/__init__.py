"""Where a member is signed in, and which tokens act for him."""
