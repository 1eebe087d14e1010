"""What a run says, for people and machines: tables in Markdown, one HTML file, JUnit XML."""
