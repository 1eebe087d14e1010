"""What is evaluated: this assistant, or any other system that answers questions about the same papers."""
