"""What you type and what you see."""
