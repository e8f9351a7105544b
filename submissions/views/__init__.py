"""The contributor's pages: call → write → check → status."""
