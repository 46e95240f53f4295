"""Refreshing the price book from the AWS Price List: ask, map by rules, compare, append; `cli_refresh` is its command."""
