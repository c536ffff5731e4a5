"""Search among many vectors; the one door to FAISS."""
