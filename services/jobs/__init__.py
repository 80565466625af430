"""The worker: carries out what transactions promised, and what the timetable says.

Words: a *task* is one row of the outbox; a *lease* is the time for which one worker has it; a task is *parked* when it
failed too often or nobody knows its name, and staff *send it again* or *drop* it; an *entry* of the timetable is done
again and again.
"""
