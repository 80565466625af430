"""Orders and the money recorded on them. The portal records payments; it collects none.

Words: an *order* (订单) is what one client owes one provider for one thing, in *lines* (明细); a *payment* (收款) has a
receipt number without gaps per provider and year; a *refund* (退款) never exceeds what was paid.
"""
