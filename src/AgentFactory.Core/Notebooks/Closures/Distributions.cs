using System.Collections.Frozen;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>Which distribution of PyPI an imported module comes with.</summary>
internal static class Distributions
{
    private static readonly FrozenSet<string> StandardLibrary = (
        "__future__ abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar "
        + "cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg "
        + "crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler "
        + "fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac "
        + "html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox "
        + "mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode "
        + "operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile "
        + "pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets "
        + "select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse "
        + "ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios "
        + "textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing "
        + "unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile "
        + "zipimport zlib zoneinfo").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Longest prefix first: some distributions share a top package.</summary>
    private static readonly (string Module, string Distribution)[] Known =
    [
        ("PIL", "pillow"), ("agents", "openai-agents"), ("bs4", "beautifulsoup4"), ("cv2", "opencv-python"), ("dateutil", "python-dateutil"),
        ("docx", "python-docx"), ("dotenv", "python-dotenv"), ("duckduckgo_search", "duckduckgo-search"), ("faiss", "faiss-cpu"), ("fitz", "pymupdf"),
        ("git", "gitpython"), ("github", "pygithub"), ("google.adk", "google-adk"), ("google.cloud.aiplatform", "google-cloud-aiplatform"),
        ("google.colab", "google-colab"), ("google.genai", "google-genai"), ("google.generativeai", "google-generativeai"),
        ("googleapiclient", "google-api-python-client"), ("googlesearch", "googlesearch-python"), ("jwt", "pyjwt"), ("langchain_core", "langchain-core"),
        ("llama_index", "llama-index"), ("markdown", "markdown"), ("mcp", "mcp"), ("openinference.instrumentation.openai_agents",
        "openinference-instrumentation-openai-agents"), ("openinference.instrumentation.openai", "openinference-instrumentation-openai"),
        ("opentelemetry", "opentelemetry-api"), ("phoenix", "arize-phoenix"), ("pptx", "python-pptx"), ("psycopg2", "psycopg2-binary"),
        ("pydantic_ai", "pydantic-ai"), ("pymarkdown", "pymarkdownlnt"), ("semantic_kernel", "semantic-kernel"), ("serpapi", "google-search-results"),
        ("sklearn", "scikit-learn"), ("skimage", "scikit-image"), ("strands", "strands-agents"), ("strands_tools", "strands-agents-tools"),
        ("tavily", "tavily-python"), ("weaviate", "weaviate-client"), ("weaviate_agents", "weaviate-agents"), ("yaml", "pyyaml"),
        ("youtube_transcript_api", "youtube-transcript-api"), ("yt_dlp", "yt-dlp"), ("autogen", "ag2"), ("autogen_agentchat", "autogen-agentchat"),
        ("autogen_core", "autogen-core"), ("autogen_ext", "autogen-ext"), ("dspy", "dspy"), ("IPython", "ipython"), ("attr", "attrs"),
        ("ddgs", "ddgs"), ("discord", "discord.py"), ("telegram", "python-telegram-bot"), ("slack_sdk", "slack-sdk"), ("Bio", "biopython"),
        ("mysql", "mysql-connector-python"), ("MySQLdb", "mysqlclient"), ("serial", "pyserial"), ("usb", "pyusb"), ("wx", "wxpython"),
        ("zmq", "pyzmq"), ("Crypto", "pycryptodome"), ("OpenSSL", "pyopenssl"), ("nacl", "pynacl"), ("ruamel", "ruamel.yaml"), ("pypdf2", "pypdf2"),
        ("PyPDF2", "pypdf2"), ("unstructured", "unstructured"), ("wikipediaapi", "wikipedia-api"), ("speech_recognition", "speechrecognition"),
    ];

    /// <summary>Top modules that people name their own files; they are on no index, or something else is.</summary>
    private static readonly FrozenSet<string> LocalNames = new[]
    {
        "utils", "util", "config", "configs", "settings", "helpers", "helper", "tools", "tool", "src", "app", "main", "models", "model", "prompts",
        "prompt", "common", "lib", "core", "constants", "db", "database", "schemas", "data", "test", "tests", "local", "modules", "scripts", "memory",
        "messages", "state", "agent", "workflow", "graph", "nodes", "services", "styles", "context", "scraper", "website", "reset", "questions",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsStandard(string module) => StandardLibrary.Contains(Top(module));

    /// <summary>A module that stands beside the notebook: a relative import or a name like <c>utils</c>.</summary>
    public static bool IsLocal(string module) => module.StartsWith('.') || LocalNames.Contains(Top(module));

    /// <summary>The pip name; null for the standard library and local files.</summary>
    public static string? Of(string module)
    {
        if (module.Length == 0 || IsStandard(module) || IsLocal(module)) return null;
        var best = Known.Where(k => module == k.Module || module.StartsWith(k.Module + ".", StringComparison.Ordinal))
            .OrderByDescending(k => k.Module.Length).FirstOrDefault();
        return best.Distribution ?? Normal(Top(module));
    }

    /// <summary>A distribution's name as indexes compare it.</summary>
    public static string Normal(string distribution) => distribution.ToLowerInvariant().Replace('_', '-');

    private static string Top(string module) => module.Split('.')[0];
}
