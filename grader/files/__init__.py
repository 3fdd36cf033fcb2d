"""Files in the formats that learncnn writes."""
