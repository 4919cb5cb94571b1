"""Export and import as jobs that report progress and can be stopped."""
