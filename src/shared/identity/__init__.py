"""Who is who, hidden: keys, pseudonyms, group letters, and people who did not consent."""
