"""What is left to do with an app in its first days: a short list that ticks itself off."""
