"""What can happen to quotations, orders, accounts and invoices, by subject."""
