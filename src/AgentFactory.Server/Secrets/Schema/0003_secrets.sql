-- sealed_value: as the tenant's cipher sealed it.
CREATE TABLE secrets (
    tenant_id uuid NOT NULL,
    secret_id uuid NOT NULL,
    name text NOT NULL,
    sealed_value bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, secret_id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);

CREATE UNIQUE INDEX secrets_by_name ON secrets (tenant_id, name);
