"""Who may enter, and what protects every request and every answer.

Each route declares one kind of `access`; `setup.install` puts the `guard`, which holds it to that, before every request
and the `headers` on every answer.
"""
