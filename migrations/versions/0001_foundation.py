"""The tables as they stood at the beginning."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_level_security import protect

revision = "0001"
down_revision = None

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WRITTEN = sa.JSON(none_as_null=True)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

OF_TENANTS = [
    "app",
    "audit",
    "department",
    "draft",
    "event",
    "file",
    "flow_run",
    "flow_step",
    "form_draft",
    "form_slots",
    "idempotency",
    "import_job",
    "import_note",
    "incident",
    "invitation",
    "member",
    "notice",
    "power",
    "record",
    "record_link",
    "record_rev",
    "record_unique",
    "record_value",
    "release",
    "role_holder",
    "tenant",
    "token",
]
"""Only their own tenant's rows can be seen or written on PostgreSQL."""


def upgrade() -> None:
    """Make every table, with the policies."""
    account()
    account_tenant()
    app()
    audit()
    department()
    dispatch()
    door()
    draft()
    event()
    file()
    flow_run()
    flow_step()
    form_draft()
    form_slots()
    idempotency()
    import_job()
    import_note()
    incident()
    invitation()
    member()
    notice()
    power()
    record()
    record_link()
    record_rev()
    record_unique()
    record_value()
    release()
    role_holder()
    session()
    tenant()
    token()
    protect(op.get_bind(), OF_TENANTS)


def downgrade() -> None:
    """Drop every table."""
    for table in [
        "token",
        "tenant",
        "session",
        "role_holder",
        "release",
        "record_value",
        "record_unique",
        "record_rev",
        "record_link",
        "record",
        "power",
        "notice",
        "member",
        "invitation",
        "incident",
        "import_note",
        "import_job",
        "idempotency",
        "form_slots",
        "form_draft",
        "flow_step",
        "flow_run",
        "file",
        "event",
        "draft",
        "door",
        "dispatch",
        "department",
        "audit",
        "app",
        "account_tenant",
        "account",
    ]:
        op.drop_table(table)


def account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("mail", KEY, nullable=True),
        sa.Column("phone", KEY, nullable=True),
        sa.Column("login", KEY, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("mail"),
        sa.UniqueConstraint("phone"),
        info={"outside_rls": True},
    )


def account_tenant() -> None:
    op.create_table(
        "account_tenant",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "tenant_id"),
        info={"outside_rls": True},
    )


def app() -> None:
    op.create_table(
        "app",
        sa.Column("key", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("app_key", "app", ["tenant_id", "key"], unique=True)


def audit() -> None:
    op.create_table(
        "audit",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("about", DOCUMENT, nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number"),
    )


def department() -> None:
    op.create_table(
        "department",
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("manager_id", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("department_path", "department", ["tenant_id", "path"], unique=True)


def dispatch() -> None:
    op.create_table(
        "dispatch",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("lease", MOMENT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        info={"outside_rls": True},
    )
    op.create_index("dispatch_due", "dispatch", ["due"], unique=False)


def door() -> None:
    op.create_table(
        "door",
        sa.Column("key", KEY, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("tenant_id"),
        info={"outside_rls": True},
    )


def draft() -> None:
    op.create_table(
        "draft",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", WRITTEN, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("draft_key", "draft", ["tenant_id", "app_id", "kind", "key"], unique=True)


def event() -> None:
    op.create_table(
        "event",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("changed", DOCUMENT, nullable=False),
        sa.Column("old", DOCUMENT, nullable=False),
        sa.Column("new", DOCUMENT, nullable=False),
        sa.Column("cause_run", ID, nullable=True),
        sa.Column("cause_depth", sa.Integer(), nullable=False),
        sa.Column("batch", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("event_app", "event", ["tenant_id", "app_id", "form", "id"], unique=False)
    op.create_index("event_record", "event", ["tenant_id", "record_id", "rev"], unique=False)


def file() -> None:
    op.create_table(
        "file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


def flow_run() -> None:
    op.create_table(
        "flow_run",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("flow", KEY, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("dedupe_key", KEY, nullable=False),
        sa.Column("lock_key", KEY, nullable=True),
        sa.Column("form", KEY, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "flow_run_lock",
        "flow_run",
        ["tenant_id", "app_id", "flow", "lock_key", "id"],
        unique=False,
        postgresql_where=sa.text("lock_key IS NOT NULL AND state IN ('queued', 'ready', 'waiting')"),
        sqlite_where=sa.text("lock_key IS NOT NULL AND state IN ('queued', 'ready', 'waiting')"),
    )
    op.create_index("flow_run_once", "flow_run", ["tenant_id", "app_id", "flow", "trigger", "dedupe_key"], unique=True)
    op.create_index("flow_run_recent", "flow_run", ["tenant_id", "app_id", "id"], unique=False)
    op.create_index("flow_run_record", "flow_run", ["tenant_id", "record_id", "flow", "id"], unique=False)
    op.create_index("flow_run_state", "flow_run", ["tenant_id", "state", "id"], unique=False)


def flow_step() -> None:
    op.create_table(
        "flow_step",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("port", sa.Text(), nullable=True),
        sa.Column("input", DOCUMENT, nullable=True),
        sa.Column("output", DOCUMENT, nullable=True),
        sa.Column("error", DOCUMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("flow_step_run", "flow_step", ["tenant_id", "run_id", "id"], unique=False)


def form_draft() -> None:
    op.create_table(
        "form_draft",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=True),
        sa.Column("answers", WRITTEN, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "form_draft_place", "form_draft", ["tenant_id", "member_id", "app_id", "form", "record_id"], unique=True
    )


def form_slots() -> None:
    op.create_table(
        "form_slots",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("slots", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "app_id", "form"),
    )


def idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("holder", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "holder", "key"),
    )


def import_job() -> None:
    op.create_table(
        "import_job",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("options", WRITTEN, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", DOCUMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("incomplete", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("import_job_form", "import_job", ["tenant_id", "app_id", "form", "id"], unique=False)


def import_note() -> None:
    op.create_table(
        "import_note",
        sa.Column("import_id", ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("message", DOCUMENT, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("import_note_row", "import_note", ["tenant_id", "import_id", "row", "id"], unique=False)


def incident() -> None:
    op.create_table(
        "incident",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("flow", KEY, nullable=False),
        sa.Column("node", sa.Text(), nullable=True),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("form", KEY, nullable=True),
        sa.Column("record_id", ID, nullable=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("error", DOCUMENT, nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_by", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("incident_open", "incident", ["tenant_id", "app_id", "resolved_at", "id"], unique=False)
    op.create_index("incident_run", "incident", ["tenant_id", "run_id"], unique=False)


def invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("hash", KEY, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("invitation_hash", "invitation", ["tenant_id", "hash"], unique=True)


def member() -> None:
    op.create_table(
        "member",
        sa.Column("account_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("member_account", "member", ["tenant_id", "account_id"], unique=True)


def notice() -> None:
    op.create_table(
        "notice",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("app_id", ID, nullable=True),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("mailed_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("notice_member", "notice", ["tenant_id", "member_id", "id"], unique=False)
    op.create_index(
        "notice_unread",
        "notice",
        ["tenant_id", "member_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )


def power() -> None:
    op.create_table(
        "power",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("power_once", "power", ["tenant_id", "member_id", "name"], unique=True)


def record() -> None:
    op.create_table(
        "record",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("dept_path", KEY, nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", ID, nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("s1", KEY, nullable=True),
        sa.Column("s2", KEY, nullable=True),
        sa.Column("s3", KEY, nullable=True),
        sa.Column("s4", KEY, nullable=True),
        sa.Column("s5", KEY, nullable=True),
        sa.Column("s6", KEY, nullable=True),
        sa.Column("s7", KEY, nullable=True),
        sa.Column("s8", KEY, nullable=True),
        sa.Column("s9", KEY, nullable=True),
        sa.Column("s10", KEY, nullable=True),
        sa.Column("s11", KEY, nullable=True),
        sa.Column("s12", KEY, nullable=True),
        sa.Column("n1", sa.Double(), nullable=True),
        sa.Column("n2", sa.Double(), nullable=True),
        sa.Column("n3", sa.Double(), nullable=True),
        sa.Column("n4", sa.Double(), nullable=True),
        sa.Column("n5", sa.Double(), nullable=True),
        sa.Column("n6", sa.Double(), nullable=True),
        sa.Column("n7", sa.Double(), nullable=True),
        sa.Column("n8", sa.Double(), nullable=True),
        sa.Column("d1", MOMENT, nullable=True),
        sa.Column("d2", MOMENT, nullable=True),
        sa.Column("d3", MOMENT, nullable=True),
        sa.Column("d4", MOMENT, nullable=True),
        sa.Column("d5", MOMENT, nullable=True),
        sa.Column("d6", MOMENT, nullable=True),
        sa.Column("r1", ID, nullable=True),
        sa.Column("r2", ID, nullable=True),
        sa.Column("r3", ID, nullable=True),
        sa.Column("r4", ID, nullable=True),
        sa.Column("r5", ID, nullable=True),
        sa.Column("r6", ID, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "record_all",
        "record",
        ["tenant_id", "app_id", "form", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "record_d1",
        "record",
        ["tenant_id", "app_id", "form", "d1", "id"],
        unique=False,
        postgresql_where=sa.text("d1 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d1 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_d2",
        "record",
        ["tenant_id", "app_id", "form", "d2", "id"],
        unique=False,
        postgresql_where=sa.text("d2 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d2 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_d3",
        "record",
        ["tenant_id", "app_id", "form", "d3", "id"],
        unique=False,
        postgresql_where=sa.text("d3 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d3 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_d4",
        "record",
        ["tenant_id", "app_id", "form", "d4", "id"],
        unique=False,
        postgresql_where=sa.text("d4 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d4 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_d5",
        "record",
        ["tenant_id", "app_id", "form", "d5", "id"],
        unique=False,
        postgresql_where=sa.text("d5 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d5 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_d6",
        "record",
        ["tenant_id", "app_id", "form", "d6", "id"],
        unique=False,
        postgresql_where=sa.text("d6 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("d6 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_department",
        "record",
        ["tenant_id", "app_id", "form", "dept_path", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "record_n1",
        "record",
        ["tenant_id", "app_id", "form", "n1", "id"],
        unique=False,
        postgresql_where=sa.text("n1 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n1 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n2",
        "record",
        ["tenant_id", "app_id", "form", "n2", "id"],
        unique=False,
        postgresql_where=sa.text("n2 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n2 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n3",
        "record",
        ["tenant_id", "app_id", "form", "n3", "id"],
        unique=False,
        postgresql_where=sa.text("n3 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n3 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n4",
        "record",
        ["tenant_id", "app_id", "form", "n4", "id"],
        unique=False,
        postgresql_where=sa.text("n4 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n4 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n5",
        "record",
        ["tenant_id", "app_id", "form", "n5", "id"],
        unique=False,
        postgresql_where=sa.text("n5 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n5 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n6",
        "record",
        ["tenant_id", "app_id", "form", "n6", "id"],
        unique=False,
        postgresql_where=sa.text("n6 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n6 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n7",
        "record",
        ["tenant_id", "app_id", "form", "n7", "id"],
        unique=False,
        postgresql_where=sa.text("n7 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n7 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_n8",
        "record",
        ["tenant_id", "app_id", "form", "n8", "id"],
        unique=False,
        postgresql_where=sa.text("n8 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("n8 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_owner",
        "record",
        ["tenant_id", "app_id", "form", "owner_id", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "record_r1",
        "record",
        ["tenant_id", "app_id", "form", "r1", "id"],
        unique=False,
        postgresql_where=sa.text("r1 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r1 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_r2",
        "record",
        ["tenant_id", "app_id", "form", "r2", "id"],
        unique=False,
        postgresql_where=sa.text("r2 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r2 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_r3",
        "record",
        ["tenant_id", "app_id", "form", "r3", "id"],
        unique=False,
        postgresql_where=sa.text("r3 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r3 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_r4",
        "record",
        ["tenant_id", "app_id", "form", "r4", "id"],
        unique=False,
        postgresql_where=sa.text("r4 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r4 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_r5",
        "record",
        ["tenant_id", "app_id", "form", "r5", "id"],
        unique=False,
        postgresql_where=sa.text("r5 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r5 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_r6",
        "record",
        ["tenant_id", "app_id", "form", "r6", "id"],
        unique=False,
        postgresql_where=sa.text("r6 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("r6 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s1",
        "record",
        ["tenant_id", "app_id", "form", "s1", "id"],
        unique=False,
        postgresql_where=sa.text("s1 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s1 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s10",
        "record",
        ["tenant_id", "app_id", "form", "s10", "id"],
        unique=False,
        postgresql_where=sa.text("s10 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s10 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s11",
        "record",
        ["tenant_id", "app_id", "form", "s11", "id"],
        unique=False,
        postgresql_where=sa.text("s11 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s11 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s12",
        "record",
        ["tenant_id", "app_id", "form", "s12", "id"],
        unique=False,
        postgresql_where=sa.text("s12 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s12 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s2",
        "record",
        ["tenant_id", "app_id", "form", "s2", "id"],
        unique=False,
        postgresql_where=sa.text("s2 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s2 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s3",
        "record",
        ["tenant_id", "app_id", "form", "s3", "id"],
        unique=False,
        postgresql_where=sa.text("s3 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s3 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s4",
        "record",
        ["tenant_id", "app_id", "form", "s4", "id"],
        unique=False,
        postgresql_where=sa.text("s4 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s4 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s5",
        "record",
        ["tenant_id", "app_id", "form", "s5", "id"],
        unique=False,
        postgresql_where=sa.text("s5 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s5 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s6",
        "record",
        ["tenant_id", "app_id", "form", "s6", "id"],
        unique=False,
        postgresql_where=sa.text("s6 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s6 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s7",
        "record",
        ["tenant_id", "app_id", "form", "s7", "id"],
        unique=False,
        postgresql_where=sa.text("s7 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s7 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s8",
        "record",
        ["tenant_id", "app_id", "form", "s8", "id"],
        unique=False,
        postgresql_where=sa.text("s8 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s8 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_s9",
        "record",
        ["tenant_id", "app_id", "form", "s9", "id"],
        unique=False,
        postgresql_where=sa.text("s9 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s9 IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "record_sums",
        "record",
        ["tenant_id", "app_id", "form", "s1", "n1", "id"],
        unique=False,
        postgresql_where=sa.text("s1 IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("s1 IS NOT NULL AND deleted_at IS NULL"),
    )


def record_link() -> None:
    op.create_table(
        "record_link",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "record_id", "field", "target_id"),
    )
    op.create_index("record_link_target", "record_link", ["tenant_id", "target_id", "record_id"], unique=False)


def record_rev() -> None:
    op.create_table(
        "record_rev",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("old", DOCUMENT, nullable=False),
        sa.Column("new", DOCUMENT, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("batch", ID, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "record_id", "rev"),
    )
    op.create_index("record_rev_batch", "record_rev", ["tenant_id", "batch", "record_id"], unique=False)


def record_unique() -> None:
    op.create_table(
        "record_unique",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("app_id", ID, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "app_id", "form", "field", "key"),
    )


def record_value() -> None:
    op.create_table(
        "record_value",
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "record_id", "field", "value"),
    )
    op.create_index("record_value_found", "record_value", ["tenant_id", "field", "value", "record_id"], unique=False)


def release() -> None:
    op.create_table(
        "release",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", WRITTEN, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("release_number", "release", ["tenant_id", "app_id", "number"], unique=True)


def role_holder() -> None:
    op.create_table(
        "role_holder",
        sa.Column("app_id", ID, nullable=False),
        sa.Column("role", KEY, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("role_holder_once", "role_holder", ["tenant_id", "member_id", "app_id", "role"], unique=True)


def session() -> None:
    op.create_table(
        "session",
        sa.Column("hash", KEY, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("hash"),
        sa.UniqueConstraint("id"),
        info={"outside_rls": True},
    )
    op.create_index("session_account", "session", ["account_id"], unique=False)


def tenant() -> None:
    op.create_table(
        "tenant",
        sa.Column("key", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )


def token() -> None:
    op.create_table(
        "token",
        sa.Column("hash", KEY, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scopes", DOCUMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("tenant_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("token_hash", "token", ["tenant_id", "hash"], unique=True)
