"""The supply and demand board (供需对接): posts, their review, expressions of interest, deals and matches.

A *post* is a need or an offer of one organisation. Whoever pays posts a need, whoever is paid posts an offer. An *interest*
(意向) is the answer of another organisation; contact data changes hands only when the poster accepts it. A *deal* is what
came of it. An anonymous post is brought by the association: nothing that others see gives the firm away.
"""
