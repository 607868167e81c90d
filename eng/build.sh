# Sourced: build_cli publishes the CLI compiled ahead of time, when a source is newer than the last time, and sets agent_factory.

build_cli() {
  local out="$root/.artifacts/publish/cli" stamp="$root/.artifacts/publish/cli.stamp"
  agent_factory="$out/agent-factory"
  mkdir -p "$root/.artifacts/publish"
  exec 9>"$root/.artifacts/publish/cli.lock"
  command -v flock >/dev/null 2>&1 && flock 9
  if [ ! -e "$stamp" ] || [ -n "$(find "$root/src" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json" \
      -newer "$stamp" -type f -print -quit)" ]; then
    require_dotnet
    echo "Building ..." >&2
    local now log="$root/.artifacts/publish/cli.log"
    now=$(mktemp "$root/.artifacts/publish/stamp.XXXXXX")
    # The compiler's servers outlive the build: with descriptor 9 they would hold the lock. Ahead-of-time code is for one platform: this one.
    local platform
    platform=$(dotnet --info 9>&- | sed -nE 's/^ *RID: *//p')
    if ! dotnet publish "$root/src/AgentFactory.Cli" -c Release -r "$platform" --self-contained false -p:PublishReadyToRun=true \
        -o "$out" -nologo -v quiet >"$log" 2>&1 9>&-; then
      rm -f "$now"
      cat "$log" >&2
      exit 1
    fi
    mv "$now" "$stamp"
  fi
  exec 9>&-
}
