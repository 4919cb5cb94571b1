"""The two jobs, export and import, as steps that report progress and can be stopped."""
