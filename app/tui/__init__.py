"""The screens, and everything that needs a terminal."""
