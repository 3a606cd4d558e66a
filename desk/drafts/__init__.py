"""起草: what is written into the answers of a draft, and what each particular of it rests on."""
