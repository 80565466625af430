"""What can happen to accounts, a file for each subject.

An attempt that fails has to be remembered, so operations that count attempts *return* the refusal instead of raising
it: raising would take the transaction back, and with it the count.
"""
