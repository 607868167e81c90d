-- What lists and look-ups need of a run; everything else is in its events.
CREATE TABLE runs (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    agent_name text NOT NULL,
    version_id uuid NOT NULL,
    version integer NOT NULL,
    session_id uuid,
    -- The place in the session, counted: clocks are set back now and then.
    session_seq bigint,
    parent_run_id uuid,
    status text NOT NULL,
    outcome text,
    code text,
    metadata text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- What an ended or waiting run used and its last event, so that a list folds nothing.
    totals text,
    last_seq bigint,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, session_id)
);

CREATE INDEX runs_by_agent ON runs (tenant_id, agent_id, run_id);
CREATE INDEX runs_by_session ON runs (tenant_id, session_id, run_id);
CREATE INDEX runs_by_status ON runs (tenant_id, status, run_id);
CREATE INDEX runs_by_parent ON runs (tenant_id, parent_run_id, run_id) WHERE parent_run_id IS NOT NULL;

CREATE UNIQUE INDEX runs_in_session ON runs (tenant_id, session_id, session_seq) WHERE session_id IS NOT NULL;

-- One run at a time in a session: its history must stand still while a model reads it.
CREATE UNIQUE INDEX runs_open_in_session ON runs (tenant_id, session_id) WHERE status <> 'ended';

CREATE TABLE run_events (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    type_version integer NOT NULL,
    at timestamptz NOT NULL,
    header text NOT NULL,
    body text,
    body_hash text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (tenant_id, run_id, seq),
    FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, run_id)
);

-- A platform table: claiming looks for work of every tenant. A run that has ended has no row.
CREATE TABLE run_leases (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    owner text,
    fence bigint NOT NULL,
    expires_at timestamptz,
    cancel_requested boolean NOT NULL,
    waiting boolean NOT NULL,
    PRIMARY KEY (tenant_id, run_id)
);

CREATE INDEX run_leases_by_owner ON run_leases (owner, run_id);
