"""What the figures of one or more runs say."""
