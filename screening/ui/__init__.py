"""What people see: pages over the verbs of the core, in Chinese. The only folder, with `app.py`, that knows Streamlit.

Gets: a workspace. Gives: pages. Belongs here: layout, wording, where a user is. Does not: anything that computes, queries or decides.
"""
