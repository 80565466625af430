"""What can happen to organisations: entry, verification, colleagues, requests, and acting for one of them."""
