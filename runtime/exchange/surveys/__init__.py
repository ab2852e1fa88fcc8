"""What tables hold: their columns looked through, types guessed, and which column names the rows of which table."""
