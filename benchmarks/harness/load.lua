-- wrk script: POST BODY_FILE with the HEADERS ("a: b|c: d") and print one line of results as JSON.
local file = assert(io.open(os.getenv("BODY_FILE")))
wrk.method, wrk.body = "POST", file:read("*a")
file:close()
wrk.headers["content-type"] = "application/json"
for pair in (os.getenv("HEADERS") or ""):gmatch("[^|]+") do
  local name, value = pair:match("^%s*([^:]+):%s*(.-)%s*$")
  wrk.headers[name] = value
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.3f,"p50_ms":%.2f,"p95_ms":%.2f,"p99_ms":%.2f,"max_ms":%.2f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
