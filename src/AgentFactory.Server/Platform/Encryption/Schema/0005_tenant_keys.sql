-- A platform table: which master key this data is sealed with, so that a wrong one is noticed at start.
CREATE TABLE master_keys (
    fingerprint text NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Each tenant's data keys, sealed by the master key. The highest version seals; the others still open what they sealed.
CREATE TABLE tenant_keys (
    tenant_id uuid NOT NULL,
    version integer NOT NULL,
    master_key text NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version),
    FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
