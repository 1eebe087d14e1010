"""Where papers come from: the sample, files, and services that a user names."""
