"""The subcommands: the same jobs as on the screens, for cron and for pipes."""
