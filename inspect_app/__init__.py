"""Field inspection for work safety: checklists on phones, one registry of violations."""
