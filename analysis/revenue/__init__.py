"""NVIDIA's China revenue, the H20 account, definitions, outlooks; the filing reader (notebook 04)."""
