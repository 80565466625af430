"""Operations of the association."""
