"""What answers point at: checked to be there and to be seen by who points, and read for formulas."""
