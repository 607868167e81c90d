-- One POST that was sent with an Idempotency-Key. The key itself is not kept: answers with secrets are sealed with it.
CREATE TABLE idempotent_requests (
    tenant_id uuid NOT NULL,
    key_hash text NOT NULL,
    request_id uuid NOT NULL,
    request_hash text NOT NULL,
    owner text,
    held_until timestamptz,
    status integer,
    headers text,
    body text,
    is_sealed boolean NOT NULL,
    run_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key_hash)
);

CREATE INDEX idempotent_requests_by_expiry ON idempotent_requests (tenant_id, expires_at);
