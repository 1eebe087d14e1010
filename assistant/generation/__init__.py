"""From passages to a checked answer or a refusal."""
