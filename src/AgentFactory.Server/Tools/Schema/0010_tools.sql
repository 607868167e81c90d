-- The tools a tenant has beside the built-in ones. Versions of agents keep copies of their own.
CREATE TABLE tools (
    tenant_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    name text NOT NULL,
    definition text NOT NULL,
    origin_notebook text,
    origin_name text,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, tool_id)
);

CREATE UNIQUE INDEX tools_by_name ON tools (tenant_id, name);

-- Converting a notebook again finds what it made before, whatever that is called now.
CREATE UNIQUE INDEX tools_by_origin ON tools (tenant_id, origin_notebook, origin_name);
