"""The Train tab: the form, trainings under way, their control."""
