"""The rules of the work: what a ticket may become, who may act on it, what people are told.

Nothing here knows Telegram, SQL or the time of day: `now` is an argument, messages and buttons are plain
values, and rows are read and written through the protocols of `tickets.unit_of_work`.
"""
