"""Files as text: their encodings, and archives of them."""
