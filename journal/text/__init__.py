"""Chinese text, without Django: canonical HTML, counting, joining, names, numbers and search tokens."""
