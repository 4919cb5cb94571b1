"""The subcommands: the jobs of the screens without a terminal, for cron and pipes."""
