"""Parts of the assistant measured alone, and the weights fitted."""
