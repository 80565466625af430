"""What the tests stand on: databases, a browser, a reviewing client."""
