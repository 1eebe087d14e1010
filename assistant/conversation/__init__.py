"""Follow-up questions, suggestions, and what is kept of conversations."""
