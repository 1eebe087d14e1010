"""The only way to language models: client, prompts, reply cache, screening of what is sent."""
