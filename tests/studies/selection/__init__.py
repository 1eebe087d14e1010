"""Train the model that selects the sentence which answers, and fit its weight beside those of vectors and words."""
