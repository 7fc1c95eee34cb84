"""Questions as other systems write them: files in, files out. Nothing is saved or executed here."""
