"""The renderer of the sample world: geometry, light, camera, and the plan of the photo library."""
