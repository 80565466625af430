"""The web: routes, forms and pages. Thin; everything that matters is decided in ``services``."""
