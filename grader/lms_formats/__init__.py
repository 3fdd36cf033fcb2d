"""Write grades in the formats of other systems, field by field as their documentation says."""
