"""The pytest suite that is committed beside the model: dataset and expected answers written out."""
