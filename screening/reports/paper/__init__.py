"""Paper as the state prints it: pages, fonts and lines of GB/T 9704-2012, tables, charts, and files whose bytes depend on nothing but what is in them.

Knows nothing of figures or cases. `layout.py` has the numbers, `document.py` the page, `charts.py` pictures, `sealed.py` bytes that stay the same.
"""
