"""What leaves the house: the words of messages, and how they are sent."""
