"""Code that is special to SQLite; no module outside `app.store` imports this package."""
