-- The versions of agents that conversions made: all others were made by hand, and a conversion doesn't publish over those.
CREATE TABLE notebook_versions (
    tenant_id uuid NOT NULL,
    version_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (tenant_id, version_id),
    FOREIGN KEY (tenant_id, version_id) REFERENCES agent_versions (tenant_id, version_id)
);

CREATE UNIQUE INDEX notebook_versions_by_number ON notebook_versions (tenant_id, agent_id, number);

-- Of earlier conversions only the first versions are known to be theirs; later ones count as made by hand, which is the careful side.
INSERT INTO notebook_versions (tenant_id, version_id, agent_id, number)
SELECT v.tenant_id, v.version_id, v.agent_id, v.number
FROM agent_versions v JOIN agents a ON a.tenant_id = v.tenant_id AND a.agent_id = v.agent_id
WHERE a.origin_notebook IS NOT NULL AND v.number = 1;
