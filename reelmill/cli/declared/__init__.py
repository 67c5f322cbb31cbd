"""The commands, their options and their help, one file a topic. What they do is in `commands/`.

Each imports its own work when it is called: `reelmill --help` needs none of it.
"""
