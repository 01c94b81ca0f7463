"""The Bot API methods. Each takes a `Request` and returns the JSON of its result, or raises `Refusal`."""
