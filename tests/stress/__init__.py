"""Many programs on one stored sign-in: what makes them refresh once, and lose nothing when they are killed."""
