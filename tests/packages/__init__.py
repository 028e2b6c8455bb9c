"""What is handed out, installed and used far from this repository."""
