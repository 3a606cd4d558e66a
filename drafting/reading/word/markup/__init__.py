"""What the marks of WordprocessingML mean: parts, styles, numbers, notes, fields, signs."""
