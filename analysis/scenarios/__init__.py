"""What sales to China would be worth under a policy, and which missing fact would say so more exactly."""
