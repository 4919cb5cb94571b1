"""The code special to an engine; no module outside `app.store` imports this package."""
