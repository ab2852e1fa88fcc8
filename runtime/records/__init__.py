"""Records of every form in one table with typed slots, and the one door through which they change."""
