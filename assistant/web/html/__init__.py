"""From values to HTML. Every text is escaped, so that nothing from a paper, a model or a user is markup."""
