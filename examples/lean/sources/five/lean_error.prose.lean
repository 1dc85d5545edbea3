  Obviously.
