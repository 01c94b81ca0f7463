"""The running program: command line, configuration, updates in, messages out, due work."""
