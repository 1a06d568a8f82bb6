"""What is asked: card kinds, deck files, grading."""
