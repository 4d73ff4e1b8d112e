"""Promised returns by the grammar of domain brief 4.2: tokens → productions → a simple annual rate with its arithmetic.

Gets one normalised text, gives every rate-like expression in it with kind, period, rate and the reason why some of them are no promise.
"""
