"""Where in a raw sheet the table stands: headings, header lines, data lines. Knows layouts, not values."""
