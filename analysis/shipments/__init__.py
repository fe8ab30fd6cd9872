"""Units sold in China, estimated from accounts, prices and published counts (notebook 05)."""
