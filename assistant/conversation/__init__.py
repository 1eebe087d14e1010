"""Follow-up questions, suggestions, stored conversations."""
