"""The command line: no subcommand opens the screens, a subcommand works without them."""
