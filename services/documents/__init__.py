"""Documents that leave the portal as files: typeset with typst, signed with pyHanko.

A *report document* is the PDF of a test report: what it prints is its ``contents``, plain data made by the laboratory;
how it is worded in Chinese, English or both stands in ``templates/report.typ``.
"""
