-- An agent: a name, and the version that answers. A deleted one keeps its row for the runs that used it, and gives its name back.
CREATE TABLE agents (
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    name text NOT NULL,
    published_id uuid NOT NULL,
    published_version integer NOT NULL,
    latest_version integer NOT NULL,
    origin_notebook text,
    origin_name text,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, agent_id)
);

CREATE UNIQUE INDEX agents_by_name ON agents (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX agents_by_origin ON agents (tenant_id, origin_notebook, origin_name) WHERE deleted_at IS NULL;

-- Never changed once written. Title, description and model stand in the definition too: here lists read them.
CREATE TABLE agent_versions (
    tenant_id uuid NOT NULL,
    version_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    number integer NOT NULL,
    title text,
    description text,
    model text NOT NULL,
    definition text NOT NULL,
    tools text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version_id),
    FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, agent_id)
);

CREATE UNIQUE INDEX agent_versions_by_number ON agent_versions (tenant_id, agent_id, number);

-- Every time a version began to answer. A rollback withdraws the newest; the one before it answers again.
CREATE TABLE agent_publications (
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    ordinal integer NOT NULL,
    version_id uuid NOT NULL,
    version integer NOT NULL,
    published_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (tenant_id, agent_id, ordinal),
    FOREIGN KEY (tenant_id, version_id) REFERENCES agent_versions (tenant_id, version_id)
);
