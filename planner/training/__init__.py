"""What a training run takes: memory and hours, as estimates with stated assumptions."""
