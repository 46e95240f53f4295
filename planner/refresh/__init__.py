"""Refreshing the price book from the AWS Price List: ask, map by rules, compare, append."""
