"""What people hand in — files, long texts, materials — and the background work on it."""
