"""Parts of the assistant measured by themselves, on labelled statements and third-party data; and what is fitted on them."""
