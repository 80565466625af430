"""Letters and text messages: composed from the database, rendered in the reader's language, posted by the worker.

Words: a *letter* is what one person is told, with its facts; it is *rendered* to subject and bodies; the *postman* takes
it to a mail server or, without one, to the folder of letters. Somebody without an e-mail address gets a *text message*.
"""
