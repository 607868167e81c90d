using System.Collections.Frozen;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>Which distribution of PyPI an imported module comes with.</summary>
internal static class Distributions
{
    private static readonly FrozenSet<string> StandardLibrary = (
        "__future__ abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 "
        + "bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections "
        + "colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes "
        + "curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno "
        + "faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob "
        + "graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools "
        + "json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib "
        + "msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev "
        + "pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty "
        + "pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy "
        + "sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd "
        + "sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable "
        + "sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token "
        + "tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu "
        + "uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib "
        + "zoneinfo").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Modules whose distribution has another name. The longest that fits counts: some share a top package.</summary>
    private static readonly (string Module, string Distribution)[] Known =
    [
        ("agents", "openai-agents"), ("attr", "attrs"), ("autogen", "ag2"), ("autogen_agentchat", "autogen-agentchat"),
        ("autogen_core", "autogen-core"), ("autogen_ext", "autogen-ext"), ("Bio", "biopython"), ("bs4", "beautifulsoup4"),
        ("Crypto", "pycryptodome"), ("cv2", "opencv-python"), ("dateutil", "python-dateutil"), ("discord", "discord.py"),
        ("docx", "python-docx"), ("dotenv", "python-dotenv"), ("duckduckgo_search", "duckduckgo-search"), ("faiss", "faiss-cpu"),
        ("fitz", "pymupdf"), ("git", "gitpython"), ("github", "pygithub"), ("google.adk", "google-adk"),
        ("google.cloud.aiplatform", "google-cloud-aiplatform"), ("google.colab", "google-colab"), ("google.genai", "google-genai"),
        ("google.generativeai", "google-generativeai"), ("googleapiclient", "google-api-python-client"),
        ("googlesearch", "googlesearch-python"), ("IPython", "ipython"), ("jwt", "pyjwt"), ("langchain_core", "langchain-core"),
        ("llama_index", "llama-index"), ("mysql", "mysql-connector-python"), ("MySQLdb", "mysqlclient"), ("nacl", "pynacl"),
        ("openinference.instrumentation.openai", "openinference-instrumentation-openai"),
        ("openinference.instrumentation.openai_agents", "openinference-instrumentation-openai-agents"), ("OpenSSL", "pyopenssl"),
        ("opentelemetry", "opentelemetry-api"), ("phoenix", "arize-phoenix"), ("PIL", "pillow"), ("pptx", "python-pptx"),
        ("psycopg2", "psycopg2-binary"), ("pydantic_ai", "pydantic-ai"), ("pymarkdown", "pymarkdownlnt"), ("PyPDF2", "pypdf2"),
        ("ruamel", "ruamel.yaml"), ("semantic_kernel", "semantic-kernel"), ("serial", "pyserial"),
        ("serpapi", "google-search-results"), ("skimage", "scikit-image"), ("sklearn", "scikit-learn"), ("slack_sdk", "slack-sdk"),
        ("speech_recognition", "speechrecognition"), ("strands", "strands-agents"), ("strands_tools", "strands-agents-tools"),
        ("tavily", "tavily-python"), ("telegram", "python-telegram-bot"), ("usb", "pyusb"), ("weaviate", "weaviate-client"),
        ("weaviate_agents", "weaviate-agents"), ("wikipediaapi", "wikipedia-api"), ("wx", "wxpython"), ("yaml", "pyyaml"),
        ("youtube_transcript_api", "youtube-transcript-api"), ("yt_dlp", "yt-dlp"), ("zmq", "pyzmq"),
    ];

    /// <summary>Top modules that people name their own files; they are on no index, or something else is.</summary>
    private static readonly FrozenSet<string> LocalNames = new[]
    {
        "utils", "util", "config", "configs", "settings", "helpers", "helper", "tools", "tool", "src", "app", "main", "models",
        "model", "prompts", "prompt", "common", "lib", "core", "constants", "db", "database", "schemas", "data", "test", "tests",
        "local", "modules", "scripts", "memory", "messages", "state", "agent", "workflow", "graph", "nodes", "services", "styles",
        "context", "scraper", "website", "reset", "questions",
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
