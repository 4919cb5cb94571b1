"""What goes over the line: only what changed on the terminal."""
