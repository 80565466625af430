"""The industry association. Until it has its register, nobody is a member."""
