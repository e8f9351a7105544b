"""What arrives from outside → clean text and verified files (DESIGN.md 12)."""
