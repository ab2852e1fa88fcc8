"""What every page and every answer shares: layout, parts, assets, errors, paging."""
