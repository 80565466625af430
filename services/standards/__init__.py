"""The standards library (标准库): numbers, editions, when each takes effect and by what it is replaced.

Words: a *standard* (标准) is one edition with its year, e.g. ``GB/T 3920-2008``; its *state* follows from dates and is
never typed: upcoming (即将实施), current (现行) or withdrawn (废止); the *successor* (替代标准) replaces it. Texts of
standards are under copyright: number, title, state and our own summary are all that is kept.
"""
