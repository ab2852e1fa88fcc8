"""What every page and every answer shares: layout, parts, assets, errors, languages, JSON, measures.

`setup.install(app, nav, forms)` puts it all into an app. For a room's routes: `reply.reply` and `reply.body` (JSON),
`paging.limit_of`, `partial.is_partial` and `partial.source_id` (htmx), `language.in_words` (a Message in the reader's
language), `pages.error_page`. Errors of `contracts` may be raised anywhere; `errors` answers them.
"""
