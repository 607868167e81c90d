-- sealed_value: base64 of the value as the tenant's cipher sealed it.
CREATE TABLE secrets (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    sealed_value text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name),
    FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
