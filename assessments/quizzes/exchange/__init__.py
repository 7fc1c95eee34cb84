"""Questions between the bank and files of any format that `formats` knows."""
