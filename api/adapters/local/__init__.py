"""The executor of a laptop: runners are child processes."""
