"""What every page stands in: set-up, navigation, trainings under way, account."""
