namespace AgentFactory.Engines.Sandbox;

/// <summary>The distributions whose name isn't the one their module is imported by.</summary>
internal static class PythonPackages
{
    private static readonly Dictionary<string, string> ByModule = new(StringComparer.Ordinal)
    {
        ["bs4"] = "beautifulsoup4",
        ["cv2"] = "opencv-python",
        ["dateutil"] = "python-dateutil",
        ["docx"] = "python-docx",
        ["dotenv"] = "python-dotenv",
        ["fitz"] = "PyMuPDF",
        ["git"] = "GitPython",
        ["jwt"] = "PyJWT",
        ["PIL"] = "pillow",
        ["pptx"] = "python-pptx",
        ["serpapi"] = "google-search-results",
        ["skimage"] = "scikit-image",
        ["sklearn"] = "scikit-learn",
        ["yaml"] = "PyYAML",
    };

    public static string Of(string module) => ByModule.GetValueOrDefault(module, module);
}
