"""What a question asks, in every form that the bank knows: plain values, no database, no Django."""
