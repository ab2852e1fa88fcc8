"""What somebody who leaves owned goes to others."""
