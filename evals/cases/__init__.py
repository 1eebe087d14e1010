"""One case: asked, recorded, scored, judged."""
