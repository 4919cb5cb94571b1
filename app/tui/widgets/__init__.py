"""What the screens are made of: the list, the fields, the choice."""
