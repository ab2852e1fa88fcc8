"""The tables outside row-level security, each with the reason; nothing a tenant wrote stands in them."""

OUTSIDE = {
    "account": "a person signs in before any tenant is known, and may belong to several",
    "account_tenant": "which tenants an account may enter",
    "dispatch": "the scheduler looks for due runs of all tenants; ids and moments only",
    "door": "the tenant's key in an address gives its id",
    "reset": "a link in a mail is recognised before any tenant is known; an account may belong to several",
    "hook": "which tenant a call from outside is for; ids only",
    "session": "a cookie is recognised before any tenant is known",
}
