"""Trying a flow out: its steps are worked out, and nothing is written, sent or asked of anybody."""
