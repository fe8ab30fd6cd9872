"""The suite's key figures: each taken apart into what it rests on, how it moved, and which document it hangs on."""
