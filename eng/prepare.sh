# Sourced by ./run, ./test and ./agent-factory: installs what is missing where it may, and says what to do where it may not.

# prepare COMMAND=PACKAGE...: Debian's package for each command that is not there.
prepare() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
  fi
  if command -v apt-get >/dev/null 2>&1 && [ "${as_root[*]:-}" != false ]; then
    echo "Installing ${missing[*]} ..." >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null || true
  fi
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 \
      || echo "Not installed: ${pair%%=*}. Install your system's package of it (Debian: ${pair#*=}); what needs it is refused or skipped, and says so." >&2
  done
}

require_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_HOME="${DOTNET_CLI_HOME:-${HOME:-/tmp}}"
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0 (or your system's package dotnet-sdk-10.0)." >&2
    exit 1
  fi
}
