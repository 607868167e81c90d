-- A platform table: whose data there is.
CREATE TABLE tenants (
    tenant_id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX tenants_by_name ON tenants (name);
