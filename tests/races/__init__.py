"""Many contenders at once, in several processes, released together by a gate that is held from outside."""
