"""What every package stands on: tables, time, money, errors, permissions, the unit of work and its promises.

Words: a *work* is one transaction with its actor and its time; a *task* is something promised in it and carried
out afterwards by the worker; an *entry* is one line of the audit log.
"""
