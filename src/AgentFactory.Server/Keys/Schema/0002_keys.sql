CREATE TABLE keys (
    tenant_id uuid NOT NULL,
    key_id uuid NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    hash text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, key_id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);

-- A platform table: whose a key is, before its tenant is known.
CREATE TABLE key_tenants (
    key_id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL
);
