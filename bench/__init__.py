"""How fast the pages are. Nothing of the product imports this."""
