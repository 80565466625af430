"""Bookings as iCalendar: one booking as a file, and private feeds that a calendar program reads again and again.

Words: a *feed* (日历订阅) is a secret address of one person acting for one organisation; it is shown once, kept as a hash,
and dies when it is revoked or the person leaves.
"""
