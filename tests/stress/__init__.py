"""Many programs on one stored sign-in: they refresh once, and lose nothing when they are killed."""
