"""The sample world: a small photo library that the project draws itself and may ship."""
