-- One conversion of a notebook. The notebook itself is not kept, since its cells may hold secrets: only its hash is.
CREATE TABLE notebooks (
    tenant_id uuid NOT NULL,
    notebook_id uuid NOT NULL,
    name text NOT NULL,
    file_name text,
    sha256 text NOT NULL,
    report text NOT NULL,
    conversion text NOT NULL,
    installed text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, notebook_id)
);
