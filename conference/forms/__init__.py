"""WTForms: the shape of what people send, nothing more."""
