"""What a file is and how it is opened: bytes → raw sheets. Knows formats and dangers, not what a table
means.
"""
