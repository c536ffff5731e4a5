"""The landmarks' shapes. Each maker returns a model on z = 0 whose front faces south (-y)."""
