CREATE TABLE sessions (
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    agent_name text NOT NULL,
    metadata text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, session_id)
);

CREATE INDEX sessions_by_agent ON sessions (tenant_id, agent_id, session_id);
