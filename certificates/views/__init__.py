"""What people see of certificates: their own, those of their schools, and the page for everybody."""
