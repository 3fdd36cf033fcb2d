"""One result worked out twice: as it should be, and as a proved misconception has it."""
