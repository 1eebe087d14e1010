"""What happens when a button is pressed, a question is asked or a file is dropped."""
